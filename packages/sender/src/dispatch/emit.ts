import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { Problem } from '../api/problem.ts'
import type { Fault } from '../faults/fault.ts'
import { createMessage, type Message } from '../message/message.ts'
import type { Db } from '../store/database.ts'
import { deliveriesOfEvent, deliveryId, insertDelivery } from '../store/delivery-rows.ts'
import { findEventById, insertEvent, type StoredEvent } from '../store/event-rows.ts'
import { allWebhooks } from '../store/webhook-rows.ts'
import { skipReason } from '../webhook/subscription.ts'
import { webhookId } from '../webhook/webhook.ts'
import { isEventType, testType } from '../webhook/webhook-policy.ts'

/** An event to emit. */
export interface EmitInput {
  readonly type: string
  readonly data: unknown
  /** Default: a fresh `msg_…`. The same id with the same content is a duplicate and sends nothing more. */
  readonly id?: string | undefined
  /** When it happened, ISO 8601; default now. */
  readonly timestamp?: string | undefined
  readonly workspaceId?: string | undefined
  /** Whether `data` must fit the event's schema and the type must be known; default true. */
  readonly validate?: boolean | undefined
  /** Trouble on the way; for development. */
  readonly faults?: readonly Fault[] | undefined
}

/** What became of an emitted event. */
export interface Emitted {
  /** The event's id, which `webhook-id` carries. */
  readonly id: string
  /** Whether the very same event had been emitted before. */
  readonly duplicate: boolean
  readonly deliveries: readonly { readonly id: string; readonly webhookId: string }[]
  /** Webhooks that subscribe to it and do not get it. */
  readonly skipped: readonly { readonly webhookId: string; readonly reason: string }[]
}

/** Bytes of a body at most. */
export const maxEventBytes = 256 * 1024

const catalog = new Map(Object.entries(ainexlayerEvents))

/** Refuses data that does not fit the schema of its type. @throws Problem */
const checkData = (type: string, data: unknown): void => {
  if (type === testType) return
  const schema = catalog.get(type)
  if (schema === undefined || !isEventType(type)) {
    throw new Problem(400, 'UNKNOWN_EVENT_TYPE', `No event is called ${type}.`, {
      details: { field: 'type', reason: 'unknown' },
    })
  }
  const result = schema.schema.safeParse(data)
  const [issue] = result.success ? [] : result.error.issues
  if (issue === undefined) return
  const path = ['data', ...issue.path].join('.')
  throw new Problem(400, 'SCHEMA_MISMATCH', `${path} does not fit the schema of ${type}.`, {
    details: { path, field: path, reason: issue.message },
  })
}

const workspaceOf = (data: unknown): string | undefined =>
  typeof data === 'object' &&
  data !== null &&
  'workspaceId' in data &&
  typeof data.workspaceId === 'string'
    ? data.workspaceId
    : undefined

/** Whether what was emitted under an id before says the same. */
const isSame = (stored: StoredEvent, { type, data, timestamp }: EmitInput): boolean => {
  if (stored.body === undefined) return stored.type === type
  const before: { type: string; timestamp: string; data: unknown } = JSON.parse(
    Buffer.from(stored.body).toString(),
  )
  return (
    before.type === type &&
    JSON.stringify(before.data) === JSON.stringify(data) &&
    (timestamp === undefined || before.timestamp === timestamp)
  )
}

/** Freezes an event's bytes, within their limit. @throws Problem */
const freeze = (input: EmitInput, now: number): Message => {
  const message = createMessage({
    type: input.type,
    data: input.data,
    ...(input.id !== undefined && { id: input.id }),
    timestamp: input.timestamp ?? new Date(now).toISOString(),
  })
  if (message.body.length > maxEventBytes) {
    throw new Problem(
      413,
      'PAYLOAD_TOO_LARGE',
      `The event has ${message.body.length} bytes, more than ${maxEventBytes}.`,
    )
  }
  return message
}

/** How long a delivery is held back so that others may overtake it, in slots of 50 ms. */
const holdMs = (faults: readonly Fault[], random: () => number): number => {
  const reorder = faults.find((fault) => fault.kind === 'reorder')
  return reorder === undefined ? 0 : Math.floor(random() * (reorder.window ?? 5)) * 50
}

/**
 * Keeps an event and plans its delivery to every webhook that subscribes to it, in one transaction.
 *
 * @throws Problem UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH, EVENT_ID_CONFLICT, PAYLOAD_TOO_LARGE
 */
export const emit = (db: Db, input: EmitInput, now: number, random: () => number): Emitted => {
  if (input.validate !== false) checkData(input.type, input.data)
  const before = input.id === undefined ? undefined : findEventById(db, input.id)
  if (before !== undefined) {
    if (!isSame(before, input)) {
      throw new Problem(409, 'EVENT_ID_CONFLICT', `${before.id} was emitted with other content.`)
    }
    const deliveries = deliveriesOfEvent(db, before.seq).map(({ seq, webhook }) => ({
      id: deliveryId(seq),
      webhookId: webhookId(webhook),
    }))
    return { id: before.id, duplicate: true, deliveries, skipped: [] }
  }
  const message = freeze(input, now)
  const workspaceId = input.workspaceId ?? workspaceOf(input.data)
  const faults = input.faults ?? []
  return db.transaction(() => {
    const event = insertEvent(db, message, workspaceId, now)
    const deliveries: { id: string; webhookId: string }[] = []
    const skipped: { webhookId: string; reason: string }[] = []
    for (const webhook of allWebhooks(db)) {
      const reason = skipReason(webhook, message.type, workspaceId)
      if (reason === 'not_subscribed') continue
      if (reason !== undefined) {
        skipped.push({ webhookId: webhookId(webhook.seq), reason })
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
          nextAttemptAt: now + holdMs(faults, random),
          faults,
        },
        now,
      )
      deliveries.push({ id: deliveryId(seq), webhookId: webhookId(webhook.seq) })
    }
    return { id: message.id, duplicate: false, deliveries, skipped }
  })
}
