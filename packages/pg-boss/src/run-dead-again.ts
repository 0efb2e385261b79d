import type { PgBossLike } from './pg-boss-like.ts'

/** Puts a job that failed or was given up back in the queue. False if it is neither. */
export const runDeadAgain = async (
  boss: PgBossLike,
  queue: string,
  jobId: string,
  state: string | undefined,
): Promise<boolean> => {
  if (state === 'failed') await boss.retry(queue, jobId)
  else if (state === 'cancelled') await boss.resume(queue, jobId)
  else return false
  return true
}
