import pg from 'pg'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { postgresParking, postgresStore, postgresTransactional } from '../src/index.ts'
import { newTable, noServer, there, url } from './server.ts'

const processes = 6
const pools = Array.from(
  { length: processes },
  () => new pg.Pool({ connectionString: url, max: 1 }),
)
const sqls = Array.from({ length: processes }, () => postgres(url, { max: 1, onnotice: () => {} }))
const tables: string[] = []

afterAll(async () => {
  const admin = new pg.Client({ connectionString: url })
  if (there) {
    await admin.connect()
    for (const table of tables) await admin.query(`DROP TABLE IF EXISTS ${table}`)
    await admin.end()
  }
  await Promise.all([...pools.map((pool) => pool.end()), ...sqls.map((sql) => sql.end())])
})

const makers = [
  { name: 'postgresStore', make: postgresStore },
  { name: 'postgresTransactional', make: postgresTransactional },
  { name: 'postgresParking', make: postgresParking },
] as const

const cases = makers.flatMap(({ name, make }) => [
  { name: `${name}, pg`, place: (table: string) => pools.map((client) => make({ client, table })) },
  {
    name: `${name}, postgres.js`,
    place: (table: string) => sqls.map((client) => make({ client, table })),
  },
])

test.for(cases)(
  '$name may be migrated by several processes at once',
  async ({ place }, { skip }) => {
    if (!there) skip(noServer)
    for (let round = 0; round < 10; round++) {
      const table = `${newTable()}_migrating_${tables.length}`
      tables.push(table)
      const migrated = await Promise.allSettled(place(table).map((one) => one.migrate()))
      expect(migrated.filter(({ status }) => status === 'rejected')).toEqual([])
    }
  },
)
