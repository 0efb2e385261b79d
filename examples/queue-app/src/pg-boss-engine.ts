import { pgBossDispatch, pgBossWorker, webhookQueueOptions } from '@ainexlayer/webhooks-pg-boss'
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import type { Engine, EngineSettings } from './engine.ts'

const name = 'webhooks'
const deadLetter = 'webhooks-dead'

/** pg-boss on Postgres: the queue, the store and the app's own table in one schema. */
export const openPgBoss = async (settings: EngineSettings): Promise<Engine> => {
  const { namespace: schema, recoverySeconds } = settings
  const connectionString = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
  const pool = new Pool({ connectionString, max: 6, connectionTimeoutMillis: 1000 })
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema,
    schedule: false,
    maintenanceIntervalSeconds: Math.max(1, Math.round(recoverySeconds / 4)),
    archiveCompletedAfterSeconds: 7 * 24 * 60 * 60,
    archiveFailedAfterSeconds: 30 * 24 * 60 * 60,
  })
  const report = (error: Error): void => console.error(error.message)
  pool.on('error', report)
  boss.on('error', report)
  await boss.start()
  const stop = () => boss.stop({ graceful: true, timeout: 5000, wait: true })
  const store = postgresStore({ client: pool, table: `${schema}_events` })
  const count = async (sql: string): Promise<number> => {
    const { rows } = await pool.query<{ n: number }>(sql)
    return rows[0]?.n ?? 0
  }
  return {
    setUp: async () => {
      await store.migrate()
      await pool.query(`CREATE TABLE IF NOT EXISTS ${schema}.runs (id text, pid int)`)
      await boss.createQueue(deadLetter)
      await boss.createQueue(name, {
        name,
        ...webhookQueueOptions,
        expireInSeconds: recoverySeconds,
        deadLetter,
      })
    },
    dispatch: pgBossDispatch(boss, { queue: name }),
    store,
    startWorker: (receiver) =>
      pgBossWorker(receiver, boss, { queue: name, batchSize: 10, pollingIntervalSeconds: 0.5 }),
    record: async ({ id, pid }) => {
      await pool.query(`INSERT INTO ${schema}.runs VALUES ($1, $2)`, [id, pid])
    },
    runs: async () => (await pool.query(`SELECT id, pid FROM ${schema}.runs`)).rows,
    handled: () => count(`SELECT count(DISTINCT id)::int AS n FROM ${schema}.runs`),
    open: () => boss.getQueueSize(name, { before: 'completed' }),
    close: async () => {
      await stop()
      await pool.end()
    },
    tearDown: async () => {
      // Stopped first: its maintenance needs the tables.
      await stop()
      await pool.query(`DROP TABLE IF EXISTS ${schema}_events`)
      await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    },
  }
}
