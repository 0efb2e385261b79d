import { jobIdOf } from './job-id.ts'
import type { PgBossLike } from './pg-boss-like.ts'
import { runDeadAgain } from './run-dead-again.ts'

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** The name of the queue. */
  readonly queue: string
  /** The receiver's `endpoint`, default `default`. */
  readonly endpoint?: string
}

/**
 * Runs the job of an event again that failed or was given up with `PermanentFailure`. Returns false if
 * there is no such job: it is unknown, archived, waiting or handled.
 *
 * @example
 * await replay(boss, 'msg_2b1c', { queue: 'webhooks' })
 */
export const replay = async (
  boss: PgBossLike,
  id: string,
  { queue, endpoint = 'default' }: ReplayOptions,
): Promise<boolean> => {
  const jobId = jobIdOf(endpoint, id)
  const job = await boss.getJobById(queue, jobId)
  return runDeadAgain(boss, queue, jobId, job?.state)
}
