import {
  checkEventBytes,
  checkEventData,
  checkFaultsAllowed,
  checkSameEvent,
  EmitEvent,
  type Fault,
  faultOf,
  firstDelayMs,
  idOf,
  iso,
  readInput,
  skipReason,
  workspaceOf,
} from '@ainexlayer/webhooks-contract'
import { floodPlan } from '../faults/flood.ts'
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
  /** Faults of its deliveries; only a sender for development takes them. */
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

/** What events are emitted with. */
export interface EmitContext {
  readonly db: Db
  /** Unix milliseconds. */
  readonly now: number
  readonly random: () => number
  /** Whether faults are applied; otherwise an event with faults is refused. */
  readonly dev: boolean
}

/** Stores an event and plans its delivery to every webhook that subscribes to it, in one transaction. */
const emitAt = ({ db, now, random }: EmitContext, input: EmitInput, afterMs: number): Emitted => {
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
          nextAttemptAt:
            now + afterMs + firstDelayMs(webhook.retry, random) + holdMs(faults, random),
          faults,
        },
        now,
      )
      deliveries.push({ id: idOf('delivery', seq), webhookId: idOf('webhook', webhook.seq) })
    }
    return { id: message.id, duplicate: false, deliveries, skipped }
  })
}

/**
 * Emits an event, and then, with the fault `flood`, the others of the flood: the same content under ids of
 * their own, each later than the one before.
 *
 * @throws Problem VALIDATION_ERROR, UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH, EVENT_ID_CONFLICT, PAYLOAD_TOO_LARGE
 */
export function* emitAll(context: EmitContext, input: EmitInput): Generator<Emitted, void> {
  checkFaultsAllowed(input.faults, context.dev)
  const { faults = [], ...event } = readInput(EmitEvent, input)
  const first = emitAt(context, { ...event, faults }, 0)
  yield first
  const flood = faultOf(faults, 'flood')
  if (flood === undefined || first.duplicate) return
  const [, ...later] = floodPlan(flood)
  for (const afterMs of later) {
    yield emitAt(context, { ...event, faults, id: undefined, validate: false }, afterMs)
  }
}

/** Emits an event, and with the fault `flood` all others at once; throws as {@link emitAll} does. */
export const emit = (context: EmitContext, input: EmitInput): Emitted => {
  const [first] = [...emitAll(context, input)]
  if (first === undefined) throw new Error('nothing was emitted')
  return first
}
