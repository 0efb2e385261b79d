import type { PgBossJob, PgBossLike } from './pg-boss-like.ts'

/**
 * Gives up a job that still has retries. pg-boss has no state for this: a failed job would be retried, and
 * a completed one would look handled. So the job is failed, which records the reason, and then cancelled,
 * which keeps it for `replay`. A dead letter queue gets a copy, as it does from pg-boss itself.
 */
export const bury = async (
  boss: PgBossLike,
  queue: string,
  job: PgBossJob,
  { name, message }: Error,
): Promise<void> => {
  const { id, data, deadLetter, retryCount, retryLimit } = job
  const isLast = retryCount >= retryLimit
  if (!isLast && deadLetter && typeof data === 'object' && data !== null) {
    await boss.send(deadLetter, { ...data, reason: message }, { id })
  }
  await boss.fail(queue, id, { name, message })
  if (!isLast) await boss.cancel(queue, id)
}
