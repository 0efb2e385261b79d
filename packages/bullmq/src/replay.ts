import type { BullmqQueue } from './bullmq-queue.ts'
import { jobIdOf } from './job-id.ts'
import { retryFailed } from './retry-failed.ts'

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** The receiver's `endpoint`, default `default`. */
  readonly endpoint?: string
}

/**
 * Runs the failed job of an event again, with all its attempts. Returns false if the event has no failed
 * job: it is unknown, removed, waiting or handled.
 *
 * @example
 * await replay(queue, 'msg_2b1c')
 */
export const replay = (
  queue: BullmqQueue,
  id: string,
  { endpoint = 'default' }: ReplayOptions = {},
): Promise<boolean> => retryFailed(queue, jobIdOf(endpoint, id))
