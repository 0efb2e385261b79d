import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import { assertOptions } from '@ainexlayer/webhooks/queue'
import type { QueueState } from './observe-queue.ts'

/** The part of a pg-boss instance (version 10 to 12) that is used. */
export interface PgBossDatabase {
  getDb(): {
    executeSql(text: string, values: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
  }
}

/** Options of {@link pgBossState}. */
export interface PgBossStateOptions {
  /** The name of the queue. */
  readonly queue: string
  /** The schema that pg-boss uses, default `pgboss`. */
  readonly schema?: string
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

/**
 * Tells the state of a pg-boss queue to {@link observeQueue}: the counts by pg-boss's own states, and the age of the
 * oldest job that could run, by the database's clock. One query, on the connection of pg-boss.
 *
 * @throws WebhookConfigurationError `option_invalid` if `schema` is not a plain name
 */
export const pgBossState = (
  boss: PgBossDatabase,
  options: PgBossStateOptions,
): (() => Promise<QueueState>) => {
  assertOptions<PgBossStateOptions>('pgBossState', options, { queue: 1, schema: 1 })
  const { queue, schema = 'pgboss' } = options
  if (!plainName.test(schema)) {
    throw new WebhookConfigurationError(
      'option_invalid',
      '`schema` is not a plain name.',
      'Pass the name of the schema that pg-boss uses, without quotes.',
    )
  }
  const question = `SELECT state::text, count(*)::int AS jobs,
      extract(epoch FROM now() - min(start_after) FILTER (WHERE start_after <= now()))::float8 AS age
    FROM ${schema}.job WHERE name = $1 GROUP BY state`
  return async () => {
    const { rows } = await boss.getDb().executeSql(question, [queue])
    const jobs: Record<string, number> = {}
    let oldestAgeSeconds = 0
    for (const { state, jobs: count, age } of rows) {
      jobs[String(state)] = Number(count)
      if (state === 'created' || state === 'retry') {
        oldestAgeSeconds = Math.max(oldestAgeSeconds, Number(age ?? 0))
      }
    }
    return { jobs, oldestAgeSeconds }
  }
}
