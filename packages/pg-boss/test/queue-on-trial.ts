import type { QueueOnTrial } from '@ainexlayer/webhooks-conformance'
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import { listDead, pgBossDispatch, pgBossWorker, replay } from '../src/index.ts'
import { newSchema, url } from './server.ts'

const queue = 'webhooks'

/** A pg-boss instance in its own schema, which is dropped at the end. */
export const pgBossOnTrial = async (): Promise<
  QueueOnTrial & { readonly boss: PgBoss; readonly schema: string }
> => {
  const schema = newSchema()
  const pool = new Pool({ connectionString: url, max: 1 })
  const boss = new PgBoss({ connectionString: url, schema, schedule: false, max: 4 })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue(queue, { name: queue, retryLimit: 2, retryDelay: 0 })
  const count = async (condition = 'true'): Promise<number> => {
    const { rows } = await pool.query(
      `SELECT count(*)::int AS n FROM ${schema}.job WHERE name = $1 AND ${condition}`,
      [queue],
    )
    return rows[0].n
  }
  return {
    boss,
    schema,
    dispatch: pgBossDispatch(boss, { queue }),
    startWorker: (receiver) =>
      pgBossWorker(receiver, boss, { queue, schema, pollingIntervalSeconds: 0.5 }),
    jobs: () => count(),
    completed: () => count("state = 'completed'"),
    forgetCompleted: async () => {
      await pool.query(`DELETE FROM ${schema}.job WHERE name = $1 AND state = 'completed'`, [queue])
    },
    endDelays: async () => {
      await pool.query(`UPDATE ${schema}.job SET start_after = now() WHERE name = $1`, [queue])
    },
    replay: (event, choice) => replay(boss, event, { queue, endpoint: 'default', ...choice }),
    listDead: () => listDead(boss, { queue, schema }),
    close: async () => {
      await boss.stop({ timeout: 2000, wait: true })
      await pool.query(`DROP SCHEMA ${schema} CASCADE`)
      await pool.end()
    },
  }
}
