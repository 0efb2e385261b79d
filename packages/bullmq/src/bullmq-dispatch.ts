import type { DispatchResult, GenuineDelivery } from '@ainexlayer/webhooks'
import {
  assertMethods,
  assertOptions,
  isSameBody,
  queueUnavailable,
  toJob,
} from '@ainexlayer/webhooks/queue'
import type { BullmqQueue } from './bullmq-queue.ts'
import { assertOneSlot } from './cluster-keys.ts'
import { jobIdOf } from './job-id.ts'
import { assertOwnJob, type JobOptions } from './job-options.ts'
import { rerunEnded } from './rerun-ended.ts'

/** Options of {@link bullmqDispatch}. */
export interface BullmqDispatchOptions {
  /**
   * Passed to `queue.add`, on top of these defaults: 8 attempts, exponential backoff from 1 s with a
   * jitter of one half, completed jobs kept for 7 days (at most 100,000), failed ones for 30 days. A
   * function can choose them for each delivery. `deduplication`, `repeat`, `parent` and the like are refused: an
   * event must be a job of its own.
   */
  readonly jobOptions?: JobOptions | ((delivery: GenuineDelivery) => JobOptions)
}

/** A `dispatch` for `createReceiver`. */
export interface BullmqDispatch {
  (delivery: GenuineDelivery): Promise<DispatchResult>
  /** Asks Redis for a job that is not there, for `receiver.health`. Rejects if it fails. */
  ready(): Promise<void>
}

/** Waits for Redis; what it says when it fails is told apart. */
const asking = async <Value>(asked: Promise<Value>): Promise<Value> => {
  try {
    return await asked
  } catch (error) {
    throw queueUnavailable('Redis', error)
  }
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
 * it is delivered. A redelivery of an event whose job has failed runs the job again; one with a different body
 * is refused as `id_reused`. Rejects if Redis fails, or if BullMQ kept the job under another id, which the receiver
 * answers with 503.
 *
 * @throws WebhookConfigurationError `option_invalid` for a Redis Cluster if the prefix has no `{hash tag}`, and for
 * a job option that would keep an event from being a job of its own
 *
 * @example
 * const queue = new Queue('webhooks', { connection: { enableOfflineQueue: false } })
 * const receiver = createReceiver({ secret, endpoint: 'billing', dispatch: bullmqDispatch(queue) })
 */
export const bullmqDispatch = (
  queue: BullmqQueue,
  dispatchOptions: BullmqDispatchOptions = {},
): BullmqDispatch => {
  assertMethods(
    'queue',
    queue,
    ['add', 'getJob'],
    "Pass a queue of BullMQ: `bullmqDispatch(new Queue('webhooks', { connection }))`.",
  )
  assertOptions<BullmqDispatchOptions>('bullmqDispatch', dispatchOptions, { jobOptions: 1 })
  const { jobOptions = {} } = dispatchOptions
  assertOneSlot(queue.opts.connection, queue.opts.prefix, queue.name)
  if (typeof jobOptions !== 'function') assertOwnJob(jobOptions)
  const dispatch = async (delivery: GenuineDelivery): Promise<DispatchResult> => {
    const { endpoint, scope, event } = delivery
    const job = toJob(delivery)
    const jobId = await jobIdOf({ endpoint, scope, id: event.id })
    const options = typeof jobOptions === 'function' ? jobOptions(delivery) : jobOptions
    assertOwnJob(options)
    const added = await asking(queue.add(job.type, job, { ...defaults, ...options, jobId }))
    // The queue's own `defaultJobOptions` may have dropped it.
    if (added.id !== jobId) {
      throw new Error(
        'BullMQ kept the job under another id, or dropped it: remove `deduplication` and `repeat` from the default options of the queue',
      )
    }
    // `add` does not say whether the job existed. It may be gone already: `removeOnComplete: true`.
    const kept = await asking(queue.getJob(jobId))
    if (kept === undefined) return { kind: 'queued' }
    if (!isSameBody(kept.data, delivery)) return { kind: 'id_reused' }
    // A job that was added just now must not run again if a quick worker has already given it up.
    if (kept.timestamp === added.timestamp) return { kind: 'queued' }
    await asking(rerunEnded(queue, kept, 'failed'))
    // An event that was found failed would be lost with its job: the sender's retry adds a new one.
    if ((await asking(queue.getJobState(jobId))) === 'unknown') {
      throw new Error('the job of an earlier delivery was removed while it was looked at')
    }
    return { kind: 'queued' }
  }
  const ready = async (): Promise<void> => {
    await asking(queue.getJob('ready'))
  }
  return Object.assign(dispatch, { ready })
}
