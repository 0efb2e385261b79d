import type { QueueState } from './observe-queue.ts'

/** The part of a BullMQ `Queue` (version 5 or 6) that is used. */
export interface BullmqCounts {
  getJobCounts(...states: never[]): Promise<Record<string, number>>
  getWaiting(start: number, end: number): Promise<readonly { readonly timestamp: number }[]>
}

/**
 * Tells the state of a BullMQ queue to {@link observeQueue}: the counts by BullMQ's own states, and the age of the job
 * that is next.
 *
 * @param now - unix milliseconds; default `Date.now`
 */
export const bullmqState =
  (queue: BullmqCounts, now: () => number = Date.now): (() => Promise<QueueState>) =>
  async () => {
    const [jobs, [next]] = await Promise.all([queue.getJobCounts(), queue.getWaiting(0, 0)])
    const ageMs = next === undefined ? 0 : now() - next.timestamp
    return { jobs, oldestAgeSeconds: Math.max(0, ageMs) / 1000 }
  }
