import type { BullmqQueue } from './bullmq-queue.ts'
import { jobIdOf } from './job-id.ts'
import { retryFailed } from './retry-failed.ts'

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** The receiver's `endpoint`, default `default`. */
  readonly endpoint?: string
}

/**
 * Lets the failed job of an event run again, with all its attempts. Answers false when there is no such
 * job among the failed: unknown, removed, waiting or handled.
 *
 * @example
 * await replay(queue, 'msg_2b1c')
 */
export const replay = (
  queue: BullmqQueue,
  id: string,
  { endpoint = 'default' }: ReplayOptions = {},
): Promise<boolean> => retryFailed(queue, jobIdOf(endpoint, id))
