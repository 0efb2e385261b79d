import type { PgBossJob, PgBossLike } from './pg-boss-like.ts'

/**
 * Gives a job up although it has retries left. pg-boss has no such end: failed, it would be retried;
 * completed, it would look handled. So it fails, which keeps the reason, and is cancelled, which keeps
 * it for `replay`. A dead letter queue gets its copy as it does from pg-boss itself.
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
