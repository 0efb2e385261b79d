import { type SweptPlace, sweepingCases } from '@ainexlayer/webhooks-conformance'
import pg from 'pg'
import { afterAll, describe, test, vi } from 'vitest'
import { postgresStore, postgresTransactional } from '../src/index.ts'
import { noServer, there, url } from './server.ts'

const pool = new pg.Pool({ connectionString: url, max: 4 })
pool.on('error', () => {})
const tables: string[] = []
afterAll(async () => {
  for (const table of tables) await pool.query(`DROP TABLE IF EXISTS ${table}`)
  await pool.end()
})

const kinds = [
  { name: 'postgresStore', make: postgresStore },
  { name: 'postgresTransactional', make: postgresTransactional<pg.Pool> },
] as const

describe.each(kinds)('$name', ({ make }) => {
  const open = async (): Promise<SweptPlace> => {
    const table = `ainl_${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}`
    tables.push(table)
    const warn = vi.fn()
    const stores = [1, 2].map(() => make({ client: pool, table, warn }))
    await stores[0]?.migrate()
    return {
      stores,
      warn,
      add: async (count, expiredForMs) => {
        await pool.query(
          `INSERT INTO ${table} SELECT gen_random_uuid()::text, 2, '', 1, 'a', now(), now() - $2::float8 * interval '1 ms', NULL FROM generate_series(1, $1::int)`,
          [count, expiredForMs],
        )
      },
      count: async () =>
        Number((await pool.query(`SELECT count(*) AS rows FROM ${table}`)).rows[0]?.rows),
      drop: async () => {
        await pool.query(`DROP TABLE ${table}`)
      },
    }
  }
  for (const { name, run } of sweepingCases(open)) {
    test(name, async ({ skip }) => {
      if (!there) skip(noServer)
      await run()
    })
  }
})
