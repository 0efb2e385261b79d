import type { Dispatch, GenuineDelivery } from '@ainexlayer/webhooks'
import { toJob } from '@ainexlayer/webhooks/queue'
import type { JobsOptions } from 'bullmq'
import type { BullmqQueue } from './bullmq-queue.ts'
import { jobIdOf } from './job-id.ts'
import { retryFailed } from './retry-failed.ts'

/** BullMQ's job options. The job's id comes from the event's: it keeps a redelivery from running twice. */
export type JobOptions = Omit<JobsOptions, 'jobId'>

/** Options of {@link bullmqDispatch}. */
export interface BullmqDispatchOptions {
  /**
   * Passed to `queue.add`, on top of these defaults: 8 attempts, exponential backoff from 1 s with a
   * jitter of one half, completed jobs kept for 7 days (at most 100,000), failed ones for 30 days. A
   * function can choose them for each delivery.
   */
  readonly jobOptions?: JobOptions | ((delivery: GenuineDelivery) => JobOptions)
}

const day = 24 * 60 * 60

const defaults: JobOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  // A redelivery is recognised by the job that was kept; once it is removed, the store still knows the event.
  removeOnComplete: { age: 7 * day, count: 100_000 },
  removeOnFail: { age: 30 * day },
}

/**
 * Hands deliveries over to a BullMQ queue. One event is one job, no matter how often or how concurrently
 * it is delivered. A redelivery of an event whose job has failed runs the job again. Rejects if Redis
 * fails, which the receiver answers with 503.
 *
 * @example
 * const queue = new Queue('webhooks', { connection: { enableOfflineQueue: false } })
 * const receiver = createReceiver({ secret, dispatch: bullmqDispatch(queue) })
 */
export const bullmqDispatch =
  (queue: BullmqQueue, { jobOptions = {} }: BullmqDispatchOptions = {}): Dispatch =>
  async (delivery) => {
    const job = toJob(delivery)
    const jobId = jobIdOf(delivery.endpoint, delivery.event.id)
    // Checked before `add`, which does not say whether the job existed: after it, a delivery could run its
    // own job again, if a quick worker has already given it up.
    if (await retryFailed(queue, jobId)) return
    const options = typeof jobOptions === 'function' ? jobOptions(delivery) : jobOptions
    await queue.add(job.type, job, { ...defaults, ...options, jobId })
  }
