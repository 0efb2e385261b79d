import {
  checkEventBytes,
  checkEventData,
  checkSameEvent,
  type Fault,
  firstDelayMs,
  idOf,
  iso,
  skipReason,
  workspaceOf,
} from '@ainexlayer/webhooks-contract'
import { createMessage } from '../message/message.ts'
import type { Db } from '../store/database.ts'
import { deliveriesOfEvent, insertDelivery } from '../store/delivery-rows.ts'
import { findEventById, insertEvent } from '../store/event-rows.ts'
import { allWebhooks } from '../store/webhook-rows.ts'

/** An event to emit. */
export interface EmitInput {
  readonly type: string
  readonly data: unknown
  /** Default: a new `msg_…`. The same id with the same content is a duplicate: nothing is sent again. */
  readonly id?: string | undefined
  /** When it happened, ISO 8601; default now. */
  readonly timestamp?: string | undefined
  readonly workspaceId?: string | undefined
  /** Whether `data` must fit the event's schema and the type must be known; default true. */
  readonly validate?: boolean | undefined
  /** Faults of its deliveries; for development. */
  readonly faults?: readonly Fault[] | undefined
}

/** The result of emitting an event. */
export interface Emitted {
  /** The event's id, which `webhook-id` carries. */
  readonly id: string
  /** Whether the same event was emitted before. */
  readonly duplicate: boolean
  readonly deliveries: readonly { readonly id: string; readonly webhookId: string }[]
  /** Webhooks that subscribe to it and still do not get it. */
  readonly skipped: readonly {
    readonly webhookId: string
    readonly reason: 'inactive' | 'filtered'
  }[]
}

/** How long a delivery waits so that others may overtake it, in steps of 50 ms. */
const holdMs = (faults: readonly Fault[], random: () => number): number => {
  const reorder = faults.find((fault) => fault.kind === 'reorder')
  return reorder === undefined ? 0 : Math.floor(random() * (reorder.window ?? 5)) * 50
}

/**
 * Stores an event and plans its delivery to every webhook that subscribes to it, in one transaction.
 *
 * @throws Problem UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH, EVENT_ID_CONFLICT, PAYLOAD_TOO_LARGE
 */
export const emit = (db: Db, input: EmitInput, now: number, random: () => number): Emitted => {
  const { id, type, data } = input
  if (input.validate !== false) checkEventData(type, data)
  const before = id === undefined ? undefined : findEventById(db, id)
  if (before !== undefined) {
    checkSameEvent(before, input)
    const deliveries = deliveriesOfEvent(db, before.seq).map(({ seq, webhook }) => ({
      id: idOf('delivery', seq),
      webhookId: idOf('webhook', webhook),
    }))
    return { id: before.id, duplicate: true, deliveries, skipped: [] }
  }
  const timestamp = input.timestamp ?? iso(now)
  const message = createMessage({ type, data, timestamp, ...(id !== undefined && { id }) })
  checkEventBytes(message.body)
  const workspaceId = workspaceOf(input)
  const faults = input.faults ?? []
  return db.transaction(() => {
    const event = insertEvent(db, message, workspaceId, now)
    const deliveries: { id: string; webhookId: string }[] = []
    const skipped: { webhookId: string; reason: 'inactive' | 'filtered' }[] = []
    for (const webhook of allWebhooks(db)) {
      const reason = skipReason(webhook, message.type, workspaceId)
      if (reason === 'not_subscribed') continue
      if (reason !== undefined) {
        skipped.push({ webhookId: idOf('webhook', webhook.seq), reason })
        continue
      }
      const seq = insertDelivery(
        db,
        {
          webhook: webhook.seq,
          event,
          eventType: message.type,
          trigger: 'event',
          maxAttempts: webhook.retry.delaysSeconds.length,
          nextAttemptAt: now + firstDelayMs(webhook.retry, random) + holdMs(faults, random),
          faults,
        },
        now,
      )
      deliveries.push({ id: idOf('delivery', seq), webhookId: idOf('webhook', webhook.seq) })
    }
    return { id: message.id, duplicate: false, deliveries, skipped }
  })
}
