import { payloadExpired, readBody } from '@ainexlayer/webhooks-contract'
import { createMessage } from '../message/message.ts'
import type { Db } from '../store/database.ts'
import { findDelivery, insertDelivery, type StoredDelivery } from '../store/delivery-rows.ts'
import { findEvent, hasBody, insertEvent } from '../store/event-rows.ts'
import { findWebhook, type Webhook } from '../store/webhook-rows.ts'

/** How to send an event again. */
export interface RedeliverOptions {
  readonly trigger: 'redelivery' | 'recover'
  /** Whether to send it under a new id, so that a receiver does not take it for a duplicate. */
  readonly asNewEvent: boolean
  /** Unix milliseconds. */
  readonly now: number
  /** When to send it, unix milliseconds; default now. */
  readonly at?: number
}

/**
 * Plans a new delivery of the event of an earlier one.
 *
 * @throws Problem PAYLOAD_EXPIRED when the bytes are no longer kept
 */
export const redeliver = (
  db: Db,
  earlier: StoredDelivery,
  webhook: Webhook,
  { trigger, asNewEvent, now, at = now }: RedeliverOptions,
): StoredDelivery =>
  db.transaction(() => {
    const event = findEvent(db, earlier.event)
    if (event?.body === undefined) throw payloadExpired()
    const repeated = asNewEvent
      ? insertEvent(db, createMessage(readBody(event.body)), event.workspaceId, now)
      : event.seq
    const seq = insertDelivery(
      db,
      {
        webhook: webhook.seq,
        event: repeated,
        eventType: event.type,
        trigger,
        maxAttempts: webhook.retry.delaysSeconds.length,
        nextAttemptAt: at,
        redeliveryOf: earlier.seq,
      },
      now,
    )
    return findDelivery(db, seq) ?? earlier
  })

/** How to send many deliveries again. */
export interface RedeliverAllOptions {
  readonly trigger: 'redelivery' | 'recover'
  readonly asNewEvent: boolean
  /** Unix milliseconds. */
  readonly now: number
  readonly ratePerSecond: number
}

/** Plans new deliveries of the events of earlier ones, in steps. Those that cannot be sent are counted as skipped. */
export function* redeliverAll(
  db: Db,
  earlier: readonly StoredDelivery[],
  { trigger, asNewEvent, now, ratePerSecond }: RedeliverAllOptions,
): Generator<undefined, { readonly queued: number; readonly skipped: number }> {
  let queued = 0
  for (const delivery of earlier) {
    const webhook = findWebhook(db, delivery.webhook)
    if (webhook?.active === true && hasBody(db, delivery.event)) {
      const at = now + (queued * 1000) / ratePerSecond
      redeliver(db, delivery, webhook, { trigger, asNewEvent, now, at })
      queued += 1
    }
    yield
  }
  return { queued, skipped: earlier.length - queued }
}
