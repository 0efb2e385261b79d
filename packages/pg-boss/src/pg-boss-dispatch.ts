import {
  type DispatchResult,
  type GenuineDelivery,
  WebhookConfigurationError,
} from '@ainexlayer/webhooks'
import { assertOptions, isSameBody, queueUnavailable, toJob } from '@ainexlayer/webhooks/queue'
import { jobIdOf } from './job-id.ts'
import { assertBoss, type PgBossLike } from './pg-boss-like.ts'
import { runDeadAgain } from './run-dead-again.ts'

/** pg-boss's job options: `priority`, `retryLimit`, `startAfter`, … The job's id comes from the event's. */
export interface SendOptions {
  readonly id?: never
  readonly [option: string]: unknown
}

/** Options of {@link pgBossDispatch}. */
export interface PgBossDispatchOptions {
  /** The name of the queue. It must exist. */
  readonly queue: string
  /**
   * Passed to `boss.send`. Nothing is set by default, so the queue's own settings apply. A function can
   * choose them for each delivery.
   */
  readonly sendOptions?: SendOptions | ((delivery: GenuineDelivery) => SendOptions)
}

/** A `dispatch` for `createReceiver`. */
export interface PgBossDispatch {
  (delivery: GenuineDelivery): Promise<DispatchResult>
  /**
   * Checks that the queue exists; call it before the server listens.
   *
   * @throws WebhookConfigurationError `option_invalid` if it does not
   */
  ready(): Promise<void>
}

/** Waits for pg-boss; what Postgres says when it fails is told apart. */
const asking = async <Value>(asked: Promise<Value>): Promise<Value> => {
  try {
    return await asked
  } catch (error) {
    throw queueUnavailable('Postgres', error)
  }
}

/**
 * Hands deliveries over to a pg-boss queue. One event is one job, no matter how often or how concurrently
 * it is delivered. A redelivery of an event whose job has failed runs the job again; one with a different body
 * is refused as `id_reused`. Rejects if Postgres fails or the queue is missing, which the receiver answers
 * with 503.
 *
 * @example
 * const dispatch = pgBossDispatch(boss, { queue: 'webhooks' })
 * await dispatch.ready()
 * const receiver = createReceiver({ secret, endpoint: 'billing', dispatch })
 */
export const pgBossDispatch = (
  boss: PgBossLike,
  options: PgBossDispatchOptions,
): PgBossDispatch => {
  assertBoss(boss)
  assertOptions<PgBossDispatchOptions>('pgBossDispatch', options, { queue: 1, sendOptions: 1 })
  const { queue, sendOptions = {} } = options
  const ready = async (): Promise<void> => {
    if ((await asking(boss.getQueue(queue))) !== null) return
    throw new WebhookConfigurationError(
      'option_invalid',
      `pg-boss has no queue \`${queue}\`.`,
      'Create it with `boss.createQueue` before the receiver starts.',
    )
  }
  const dispatch = async (delivery: GenuineDelivery): Promise<DispatchResult> => {
    const { endpoint, scope, event } = delivery
    const id = await jobIdOf({ endpoint, scope, id: event.id })
    const jobOptions = typeof sendOptions === 'function' ? sendOptions(delivery) : sendOptions
    const sent = await asking(boss.send(queue, toJob(delivery), { ...jobOptions, id }))
    if (sent !== null) return { kind: 'queued' }
    // Not a new job. Version 10 answers the same for an event it has and for a queue it does not have.
    const job = await asking(boss.getJobById(queue, id))
    if (job === null) {
      await ready()
      throw new Error('pg-boss neither accepted the job nor has one for this event')
    }
    if (!isSameBody(job.data, delivery)) return { kind: 'id_reused' }
    const isAgain = await asking(runDeadAgain(boss, queue, id, job.state))
    // An event that was found failed would be lost with its job: the sender's retry sends a new one.
    if (isAgain && (await asking(boss.getJobById(queue, id))) === null) {
      throw new Error('the job of an earlier delivery was removed while it was looked at')
    }
    return { kind: 'queued' }
  }
  return Object.assign(dispatch, { ready })
}
