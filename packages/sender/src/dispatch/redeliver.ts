import { Problem } from '../api/problem.ts'
import { createMessage } from '../message/message.ts'
import type { Db } from '../store/database.ts'
import { findDelivery, insertDelivery, type StoredDelivery } from '../store/delivery-rows.ts'
import { findEvent, insertEvent } from '../store/event-rows.ts'
import type { Webhook } from '../webhook/webhook.ts'

/** How an event is sent again. */
export interface RedeliverOptions {
  readonly trigger: 'redelivery' | 'recover'
  /** Under a new id, so that a receiver does not take it for a duplicate. */
  readonly asNewEvent: boolean
  /** Unix milliseconds. */
  readonly now: number
  /** Unix milliseconds; default now. */
  readonly at?: number
}

/**
 * Plans a new delivery of what an earlier one carried.
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
    if (event?.body === undefined) {
      throw new Problem(410, 'PAYLOAD_EXPIRED', 'The bytes of the event are no longer kept.')
    }
    const { type, timestamp, data } = JSON.parse(Buffer.from(event.body).toString())
    const carried = asNewEvent
      ? insertEvent(db, createMessage({ type, timestamp, data }), event.workspaceId, now)
      : event.seq
    const seq = insertDelivery(
      db,
      {
        webhook: webhook.seq,
        event: carried,
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
