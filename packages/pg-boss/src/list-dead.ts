import { jobTable } from './job-table.ts'
import type { PgBossLike } from './pg-boss-like.ts'

/** An event whose job has failed for good. */
export interface DeadJob {
  /** The job's id, which `replay` uses. */
  readonly jobId: string
  /** The event's id; undefined if the job does not belong to a webhook. */
  readonly id: string | undefined
  /** The event's type. */
  readonly type: string | undefined
  /** The receiver's `endpoint`. */
  readonly endpoint: string | undefined
  /** The `scope` of the secret that matched: its tenant; undefined if it has none. */
  readonly scope: string | undefined
  /** The message of the last error. */
  readonly reason: string
  /** How often it was tried. */
  readonly runs: number
  /** When it failed for good. */
  readonly failedAt: Date | undefined
}

/** Which jobs {@link listDead} lists; the latest come first. */
export interface ListDeadOptions {
  /** The name of the queue. */
  readonly queue: string
  /** The schema that pg-boss uses, default `pgboss`. */
  readonly schema?: string
  /** How many to skip, default 0. */
  readonly offset?: number
  /** How many to return, default 100. */
  readonly limit?: number
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const textOf = (value: unknown, name: string): string | undefined => {
  const text = field(value, name)
  return typeof text === 'string' ? text : undefined
}

/** Why one job failed: its own error, its part of a batch's error, or pg-boss's (a timeout). */
const reasonOf = ({ id, output }: Record<string, unknown>): string =>
  textOf(field(output, 'reasons'), String(id)) ??
  textOf(output, 'message') ??
  textOf(field(output, 'value'), 'message') ??
  ''

const deadJob = (row: Record<string, unknown>): DeadJob => ({
  jobId: String(row['id']),
  id: textOf(row['data'], 'id'),
  type: textOf(row['data'], 'type'),
  endpoint: textOf(row['data'], 'endpoint'),
  scope: textOf(row['data'], 'scope'),
  reason: reasonOf(row),
  runs: Number(row['retry_count']) + 1,
  failedAt: row['completed_on'] instanceof Date ? row['completed_on'] : undefined,
})

/**
 * Lists the events whose jobs have failed: out of retries, or given up with `PermanentFailure`. They are
 * listed until pg-boss archives or deletes them. Version 10 has no method for this, so its table is read.
 *
 * @throws WebhookConfigurationError `option_invalid` if `schema` is not a plain name
 *
 * @example
 * for (const { id, type, reason } of await listDead(boss, { queue: 'webhooks' })) console.log(id, type, reason)
 */
export const listDead = async (
  boss: PgBossLike,
  { queue, schema = 'pgboss', offset = 0, limit = 100 }: ListDeadOptions,
): Promise<DeadJob[]> => {
  const { rows } = await boss.getDb().executeSql(
    `SELECT id, data, output, retry_count, completed_on FROM ${jobTable(schema)}
     WHERE name = $1 AND state IN ('failed', 'cancelled')
     ORDER BY completed_on DESC NULLS LAST, id OFFSET $2 LIMIT $3`,
    [queue, offset, limit],
  )
  return rows.map(deadJob)
}
