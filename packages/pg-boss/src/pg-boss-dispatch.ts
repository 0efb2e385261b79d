import { type GenuineDelivery, WebhookConfigurationError } from '@ainexlayer/webhooks'
import { toJob } from '@ainexlayer/webhooks/queue'
import { jobIdOf } from './job-id.ts'
import type { PgBossLike } from './pg-boss-like.ts'
import { runDeadAgain } from './run-dead-again.ts'

/** pg-boss's options of a job: `priority`, `retryLimit`, `startAfter`, … The id is the event's. */
export interface SendOptions {
  readonly id?: never
  readonly [option: string]: unknown
}

/** Options of {@link pgBossDispatch}. */
export interface PgBossDispatchOptions {
  /** The name of the queue. It must exist. */
  readonly queue: string
  /**
   * Passed to `boss.send` as they are; nothing is set by default, so that the queue's own settings hold.
   * A function chooses by the delivery.
   */
  readonly sendOptions?: SendOptions | ((delivery: GenuineDelivery) => SendOptions)
}

/** A `dispatch` for `createReceiver`. */
export interface PgBossDispatch {
  (delivery: GenuineDelivery): Promise<void>
  /**
   * Checks that the queue exists; call it before the server listens.
   *
   * @throws WebhookConfigurationError `option_invalid` when it does not
   */
  ready(): Promise<void>
}

/**
 * Hands deliveries to a pg-boss queue. One event is one job, however often and however concurrently it is
 * delivered; a redelivery of an event whose job has failed runs it again. Rejects when Postgres does or
 * the queue is missing, which the receiver answers with 503.
 *
 * @example
 * const dispatch = pgBossDispatch(boss, { queue: 'webhooks' })
 * await dispatch.ready()
 * const receiver = createReceiver({ secret, dispatch })
 */
export const pgBossDispatch = (
  boss: PgBossLike,
  { queue, sendOptions = {} }: PgBossDispatchOptions,
): PgBossDispatch => {
  const ready = async (): Promise<void> => {
    if ((await boss.getQueue(queue)) !== null) return
    throw new WebhookConfigurationError(
      'option_invalid',
      `pg-boss has no queue \`${queue}\`.`,
      'Create it with `boss.createQueue` before the receiver starts.',
    )
  }
  const dispatch = async (delivery: GenuineDelivery): Promise<void> => {
    const id = jobIdOf(delivery.endpoint, delivery.event.id)
    const options = typeof sendOptions === 'function' ? sendOptions(delivery) : sendOptions
    if ((await boss.send(queue, toJob(delivery), { ...options, id })) !== null) return
    // Not a new job. Version 10 says the same of an event that is there and of a queue that is not.
    const job = await boss.getJobById(queue, id)
    if (job === null) {
      await ready()
      throw new Error('pg-boss took no job and has none')
    }
    await runDeadAgain(boss, queue, id, job.state)
  }
  return Object.assign(dispatch, { ready })
}
