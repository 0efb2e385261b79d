import { toldOutage } from '@ainexlayer/webhooks-conformance'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresParking, postgresStore, postgresTransactional } from '../src/index.ts'
import { newTable, noServer, there, url } from './server.ts'

const table = newTable()
const role = `${table}_role`
const admin = new pg.Pool({ connectionString: url, max: 1 })
const embedded = new PGlite()

/** The table as a first version may have had it. */
const oldTable = `${table}_old`
const createOld = `CREATE TABLE ${oldTable} (key text PRIMARY KEY, state smallint NOT NULL)`

beforeAll(async () => {
  await embedded.exec(createOld)
  if (!there) return
  await admin.query(createOld)
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'pw'`)
  await postgresStore({ client: admin, table }).migrate()
}, 60_000)
afterAll(async () => {
  if (there) {
    await admin.query(`DROP TABLE ${table}, ${oldTable}`)
    await admin.query(`DROP ROLE ${role}`)
  }
  await Promise.all([admin.end(), embedded.close()])
})

/** A connection string with another part. */
const urlWith = (part: Partial<Record<'username' | 'pathname' | 'port', string>>): string =>
  Object.assign(new URL(url), part).href

const answer = '503 {"error":"store_unavailable"}'

const servers = [
  [
    'pg',
    (connectionString: string) => {
      const client = new pg.Pool({ connectionString, max: 1 })
      client.on('error', () => {})
      return { client, end: () => client.end() }
    },
  ],
  [
    'postgres.js',
    (connectionString: string) => {
      const client = postgres(connectionString, { max: 1, onnotice: () => {} })
      return { client, end: () => client.end() }
    },
  ],
] as const

describe.each(servers)('%s', (_, connect) => {
  const told = async (connectionString: string, of = table) => {
    const { client, end } = connect(connectionString)
    const outage = await toldOutage({ store: postgresStore({ client, table: of }) })
    await end()
    return outage
  }

  test('a table that is missing is told by name, with the call that makes it', async ({ skip }) => {
    if (!there) skip(noServer)
    expect(await told(url, 'nowhere')).toEqual({
      answer,
      reason: 'table_missing',
      lines: [
        expect.stringMatching(
          /^store_unavailable \(table_missing\): .*relation "nowhere" does not exist.*migrate\(\)/,
        ),
      ],
    })
  })

  test('so it is by the transactional store', async ({ skip }) => {
    if (!there) skip(noServer)
    const { client, end } = connect(url)
    const store = postgresTransactional({ client, table: 'nowhere' })
    expect(await toldOutage({ store })).toEqual({
      answer,
      reason: 'table_missing',
      lines: [expect.stringMatching(/^store_unavailable \(table_missing\): .*"nowhere".*migrate/)],
    })
    await end()
  })

  test('and by the parking place, whose line says that it was refused', async ({ skip }) => {
    if (!there) skip(noServer)
    const { client, end } = connect(url)
    const { park } = postgresParking({ client, table: 'nowhere' })
    const { answer: seen, lines } = await toldOutage({ park })
    expect(seen).toBe('500 {"error":"handler_failed"}')
    expect(lines[0]).toMatch(
      /^the parking place refused the delivery \(table_missing\): .*"nowhere".*migrate\(\)/,
    )
    await end()
  })

  test.each([
    ['a table of an older version', 'schema_outdated', url, oldTable, 'changelog'],
    ['a role without rights', 'permission_denied', urlWith({ username: role }), table, 'Grant'],
    [
      'a role that does not exist',
      'login_refused',
      urlWith({ username: 'nobody_here' }),
      table,
      'user',
    ],
    [
      'a database that does not exist',
      'login_refused',
      urlWith({ pathname: '/nowhere' }),
      table,
      'database',
    ],
    ['a closed port', 'unreachable', urlWith({ port: '1' }), table, 'address'],
    [
      'a server that takes no writes',
      'read_only',
      `${url}?options=-c%20default_transaction_read_only%3Don`,
      table,
      'primary',
    ],
  ])('%s is told as %s', async (_, reason, connectionString, of, fix) => {
    if (!there) return
    const outage = await told(connectionString, of)
    expect(outage).toMatchObject({ answer, reason })
    expect(outage.lines).toEqual([expect.stringContaining(`store_unavailable (${reason}): `)])
    expect(outage.lines[0]).toContain(fix)
  })
})

test.each([
  ['nowhere', 'table_missing'],
  [oldTable, 'schema_outdated'],
])('PGlite: the table %s is told as %s', async (of, reason) => {
  const store = postgresStore({ client: embedded, table: of })
  expect(await toldOutage({ store })).toMatchObject({ answer, reason })
})
