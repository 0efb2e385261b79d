import { createReceiver } from '@ainexlayer/webhooks'
import type { TransactionalStore } from '@ainexlayer/webhooks/store'
import {
  fixture,
  signedRequest,
  storeCases,
  testSecret,
  transactionalCases,
} from '@ainexlayer/webhooks/testing'
import { parkingCases, quiet } from '@ainexlayer/webhooks-conformance'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  type PostgresClient,
  postgresParking,
  postgresStore,
  postgresTransactional,
} from '../src/index.ts'
import type { TransactionalClient } from '../src/transactions.ts'
import { newTable, noServer, there, url } from './server.ts'

const table = `${newTable()}_conf`
const schema = `${table}_schema`
const text = 25

/** What no code would take for a boolean, a number or a time. */
const parsed = (raw: string | Buffer) => ({ parsedByTheUser: String(raw) })
const oids = [16, 20, 21, 23, 700, 701, 1114, 1184, 1186, 1700, 2249]

/** Configurations that all cases are tried with, but for the one that measures. */
const isolated = /, (repeatable read|serializable)$/
/** For the others, cases that have each statement answer each of its answers. */
const everyStatement =
  /done, and keeps|next token|delay keeps|may claim again|stranger|forget|sweep|renewed lease|different|committed|undone|parked|takes over/

/** An `effects` table, so that the transactional cases can count what was committed. */
interface Configured {
  readonly name: string
  readonly client: PostgresClient & TransactionalClient
  run(statement: string, ...values: string[]): Promise<number>
  end(): Promise<unknown>
}

/** A dozen clients share one server's hundred connections with the other files: few for each, and none kept idle. */
const ofPg = (name: string, config: pg.PoolConfig): Configured => {
  const client = new pg.Pool({ connectionString: url, max: 5, idleTimeoutMillis: 1000, ...config })
  client.on('error', () => {})
  return {
    name: `pg, ${name}`,
    client,
    run: async (statement, ...values) => (await client.query(statement, values)).rows.length,
    end: () => client.end(),
  }
}

const ofPostgresJs = (
  name: string,
  config: postgres.Options<Record<string, postgres.PostgresType>>,
): Configured => {
  const client = postgres(url, { max: 5, idle_timeout: 1, onnotice: () => {}, ...config })
  return {
    name: `postgres.js, ${name}`,
    client,
    run: async (statement, ...values) => (await client.unsafe(statement, values)).length,
    end: () => client.end(),
  }
}

const ofPglite = (name: string, config: ConstructorParameters<typeof PGlite>[0]): Configured => {
  const client = new PGlite(config)
  return {
    name: `PGlite, ${name}`,
    client,
    run: async (statement, ...values) => (await client.query(statement, values)).rows.length,
    end: () => client.close(),
  }
}

const ownTypes = Object.fromEntries(
  oids.map((oid) => [
    `own${oid}`,
    { to: oid, from: [oid], serialize: (value: unknown) => `own ${value}`, parse: parsed },
  ]),
)

const configured = [
  ofPg('type parsers of the user’s', {
    types: { getTypeParser: (oid: number) => (oid === text ? String : parsed) },
  }),
  ofPg('pipelined', { pipeline: true }),
  ofPg('repeatable read', { options: '-c default_transaction_isolation=repeatable\\ read' }),
  ofPg('serializable', { options: '-c default_transaction_isolation=serializable' }),
  ofPg('a schema on the search path', { options: `-c search_path=${schema}` }),
  ofPg('formats of its own', {
    options:
      '-c DateStyle=German -c IntervalStyle=sql_standard -c TimeZone=Asia/Kathmandu -c extra_float_digits=-15 -c statement_timeout=1min',
  }),
  ofPostgresJs('camel', { transform: postgres.camel }),
  ofPostgresJs('pascal', { transform: postgres.pascal }),
  ofPostgresJs('kebab', { transform: postgres.kebab }),
  ofPostgresJs('types of the user’s', { types: ownTypes }),
  ofPostgresJs('undefined for null, rows through a transform', {
    transform: { value: { from: (value: unknown) => (value === null ? undefined : value) } },
  }),
  ofPostgresJs('serializable, a schema, no prepared statements', {
    prepare: false,
    connection: { search_path: schema, default_transaction_isolation: 'serializable' },
  }),
  ofPglite('parsers of the user’s', {
    parsers: Object.fromEntries(oids.map((oid) => [oid, parsed])),
  }),
]

beforeAll(async () => {
  if (there) {
    const admin = new pg.Client({ connectionString: url })
    await admin.connect()
    await admin.query(`CREATE SCHEMA ${schema}`)
    await admin.end()
  }
  for (const { name, client, run } of configured) {
    if (!there && !name.startsWith('PGlite')) continue
    await postgresStore({ client, table }).migrate()
    await postgresParking({ client, table: `${table}_parked` }).migrate()
    await run(`CREATE TABLE IF NOT EXISTS ${table}_effects (id text)`)
  }
}, 60_000)

afterAll(async () => {
  const admin = new pg.Client({ connectionString: url })
  if (there) {
    await admin.connect()
    await admin.query(
      `DROP TABLE IF EXISTS ${table}, ${table}_parked, ${table}_effects; DROP SCHEMA ${schema} CASCADE`,
    )
    await admin.end()
  }
  await Promise.all(configured.map(({ end }) => end()))
})

/** All three have one of these; the test needs no more of them. */
const execute = async (tx: unknown, statement: string): Promise<unknown> => {
  if (typeof tx !== 'object' && typeof tx !== 'function') throw new Error('no transaction')
  const send: unknown = Reflect.get(Object(tx), 'unsafe') ?? Reflect.get(Object(tx), 'query')
  if (typeof send !== 'function') throw new Error('no transaction')
  return send.call(tx, statement)
}

/** A conflict at the commit is for the sender, who sends again. */
const retriedByTheSender = <Tx>(store: TransactionalStore<Tx>): TransactionalStore<Tx> => ({
  ...store,
  transact: async (request, run) => {
    for (;;) {
      try {
        return await store.transact(request, run)
      } catch (error) {
        if (!String(error).includes('conflicts with another')) throw error
      }
    }
  },
})

describe.each(configured)('$name', ({ name: about, client, run }) => {
  const isThere = there || about.startsWith('PGlite')
  const onTrial = () => ({
    store: retriedByTheSender(postgresTransactional({ client, table, warn: () => {} })),
    write: (tx: unknown, id: string) =>
      execute(tx, `INSERT INTO ${table}_effects VALUES ('${id}')`),
    execute,
    effects: (id: string) => run(`SELECT id FROM ${table}_effects WHERE id = $1`, id),
  })
  const cases = [
    ...storeCases(() => ({ store: postgresStore({ client, table }) })),
    ...transactionalCases(onTrial).map(({ name, run: todo }) => ({
      name: `transactional: ${name}`,
      run: todo,
    })),
    ...parkingCases(async () => postgresParking({ client, table: `${table}_parked` })),
  ]
  for (const { name, run: todo } of cases) {
    if (isolated.test(about) ? /^1000/.test(name) : !everyStatement.test(name)) continue
    test(name, async ({ skip }) => {
      if (!isThere) skip(noServer)
      await todo()
    })
  }
})

test('an answer that nobody understands is 503, with words', async () => {
  const rows = [{ kind: { parsed: 'claimed' } }, {}, { kind: 'claimed', run: 'NaN' }]
  for (const row of rows) {
    const store = postgresStore({ client: { query: async () => ({ rows: [row] }) } })
    const handler = vi.fn()
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      store,
    }).on('*', handler)
    const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
    expect(result).toMatchObject({
      status: 503,
      code: 'store_unavailable',
      error: { message: expect.stringContaining('does not understand') },
    })
    expect(handler).not.toHaveBeenCalled()
  }
})

test('services with a schema each do not wait for each other', async ({ skip }) => {
  if (!there) skip(noServer)
  const named = (name: string) => configured.find((one) => one.name === name)
  const [one, other] = [named('pg, pipelined'), named('pg, a schema on the search path')].map(
    (of) => (of === undefined ? undefined : postgresTransactional({ client: of.client, table })),
  )
  const request = { key: 'both', fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 5000 }
  let inner: unknown
  await one?.transact(request, async () => {
    inner = await other?.transact(request, async () => ({ commit: true, value: 'ran' }))
    return { commit: true, value: 'ran' }
  })
  expect(inner).toEqual({ kind: 'committed', value: 'ran' })
})

test('a run that conflicts with another transaction is not a success, says so, and is run again', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const pool = new pg.Pool({
    connectionString: url,
    options: '-c default_transaction_isolation=serializable',
  })
  pool.on('error', () => {})
  const store = postgresTransactional({ client: pool, table })
  await pool.query(`INSERT INTO ${table}_effects VALUES ('on-call')`)
  // Each reads what the other deletes or adds: write skew, which only one of them may commit.
  let release = () => {}
  const bothHaveRead = new Promise<void>((resolve) => {
    release = resolve
  })
  let reads = 0
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store,
  }).on('*', async ({ id }, { tx }) => {
    await tx.query(`SELECT count(*) FROM ${table}_effects`)
    reads++
    if (reads >= 2) release()
    await bothHaveRead
    await tx.query(`INSERT INTO ${table}_effects VALUES ($1)`, [id])
  })
  const requests = await Promise.all(
    [1, 2].map(() => signedRequest({ event: fixture('chat.message') })),
  )
  const results = await Promise.all(requests.map((request) => receiver.handle(request)))
  const refused = results.filter(({ status }) => status !== 200)
  expect(refused).toHaveLength(1)
  // A statement of the handler's failed, or the commit: the sender is asked to come again in both cases.
  expect([500, 503]).toContain(refused[0]?.status)
  expect(refused[0]).toMatchObject({
    error: { message: expect.stringContaining('could not serialize') },
  })
  const again = await Promise.all(requests.map((request) => receiver.handle(request)))
  expect(again.map(({ outcome }) => outcome).sort()).toEqual(['duplicate', 'processed'])
  await pool.end()
})
