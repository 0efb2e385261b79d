import type { Dispatch, GenuineDelivery } from '@ainexlayer/webhooks'
import { toJob } from '@ainexlayer/webhooks/queue'
import type { JobsOptions } from 'bullmq'
import type { BullmqQueue } from './bullmq-queue.ts'
import { jobIdOf } from './job-id.ts'
import { retryFailed } from './retry-failed.ts'

/** BullMQ's options of a job. The id is the event's: it is what keeps a redelivery from running twice. */
export type JobOptions = Omit<JobsOptions, 'jobId'>

/** Options of {@link bullmqDispatch}. */
export interface BullmqDispatchOptions {
  /**
   * Passed to `queue.add` as they are, over these defaults: 8 attempts, exponential backoff from 1 s with
   * half of it jitter, completed jobs kept for 7 days (100 000 of them), failed ones for 30 days. A
   * function chooses by the delivery.
   */
  readonly jobOptions?: JobOptions | ((delivery: GenuineDelivery) => JobOptions)
}

const day = 24 * 60 * 60

const defaults: JobOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  // A kept job is what a redelivery is recognised by; after that the store still knows the event.
  removeOnComplete: { age: 7 * day, count: 100_000 },
  removeOnFail: { age: 30 * day },
}

/**
 * Hands deliveries to a BullMQ queue. One event is one job, however often and however concurrently it is
 * delivered; a redelivery of an event whose job has failed runs it again. Rejects when Redis does, which
 * the receiver answers with 503.
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
    // Before `add`, which says nothing about a job that is there: afterwards, a job that a quick worker
    // has just given up would be run again by the delivery that brought it.
    if (await retryFailed(queue, jobId)) return
    const options = typeof jobOptions === 'function' ? jobOptions(delivery) : jobOptions
    await queue.add(job.type, job, { ...defaults, ...options, jobId })
  }
