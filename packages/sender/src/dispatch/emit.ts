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
import type { z } from 'zod'
import { floodPlan } from '../faults/flood.ts'
import { createMessage, type Message } from '../message/message.ts'
import type { Db } from '../store/database.ts'
import { deliveriesOfEvent, insertDelivery } from '../store/delivery-rows.ts'
import { findEventById, insertEvent } from '../store/event-rows.ts'
import { allWebhooks } from '../store/webhook-rows.ts'
import type { Publisher } from '../stream/event-stream.ts'
import { heldBack } from '../stream/held-back.ts'

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

/** What events are emitted with. */
export interface EmitContext {
  readonly db: Db
  /** Unix milliseconds. */
  readonly now: number
  readonly random: () => number
  /** Whether faults are applied; otherwise an event with faults is refused. */
  readonly dev: boolean
  readonly stream: Publisher
}

/** How long a delivery waits so that others may overtake it, in steps of 50 ms. */
const holdMs = (faults: readonly Fault[], random: () => number): number => {
  const reorder = faults.find((fault) => fault.kind === 'reorder')
  return reorder === undefined ? 0 : Math.floor(random() * (reorder.window ?? 5)) * 50
}

/** How an event is planned. */
interface PlanOptions {
  readonly workspaceId?: string | undefined
  readonly faults?: readonly Fault[]
  /** Milliseconds until it is sent, beyond the schedule of each webhook; default 0. */
  readonly afterMs?: number
}

/** Stores an event and plans its delivery to every webhook that subscribes to it, in one transaction. */
export const planEvent = (
  { db, now, random, stream }: Omit<EmitContext, 'dev'>,
  message: Message,
  { workspaceId, faults = [], afterMs = 0 }: PlanOptions = {},
): Emitted =>
  db.transaction(() => {
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
    const emitted = { id: message.id, duplicate: false, deliveries, skipped }
    const { type } = message
    stream.publish('event.emitted', () => ({
      ...emitted,
      type,
      workspaceId: workspaceId ?? null,
    }))
    return emitted
  })

/** An event as its schema reads it. */
export type CheckedEvent = z.output<typeof EmitEvent>

const emitAt = (context: EmitContext, event: CheckedEvent, afterMs: number): Emitted => {
  const { db, now } = context
  const { id, type, data, faults } = event
  if (event.validate) checkEventData(type, data)
  const before = id === undefined ? undefined : findEventById(db, id)
  if (before !== undefined) {
    checkSameEvent(before, event)
    const deliveries = deliveriesOfEvent(db, before.seq).map(({ seq, webhook }) => ({
      id: idOf('delivery', seq),
      webhookId: idOf('webhook', webhook),
    }))
    return { id: before.id, duplicate: true, deliveries, skipped: [] }
  }
  const timestamp = event.timestamp ?? iso(now)
  const message = createMessage({ type, data, timestamp, ...(id !== undefined && { id }) })
  checkEventBytes(message.body)
  const workspaceId = workspaceOf(event)
  return planEvent(context, message, { workspaceId, ...(faults && { faults }), afterMs })
}

/**
 * Emits an event; with the fault `flood` it is the first of {@link floodAfter}. A refusal stores nothing.
 *
 * @throws Problem VALIDATION_ERROR, UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH, EVENT_ID_CONFLICT, PAYLOAD_TOO_LARGE
 */
export const emitChecked = (context: EmitContext, event: CheckedEvent): Emitted => {
  checkFaultsAllowed(event.faults, context.dev)
  return emitAt(context, event, 0)
}

/** What emits the others of a flood: the same content under ids of their own, each later than the one before. */
export const floodAfter = ({ faults, ...event }: CheckedEvent) => {
  const flood = faultOf(faults ?? [], 'flood')
  const [, ...later] = flood === undefined ? [] : floodPlan(flood)
  return later.map(
    (afterMs) =>
      (context: EmitContext): Emitted =>
        emitAt(context, { ...event, faults, id: undefined, validate: false }, afterMs),
  )
}

/** Emits one event, and with the fault `flood` all others at once; throws as {@link emitChecked} does. */
export const emit = (context: EmitContext, input: EmitInput): Emitted => {
  const event = readInput(EmitEvent, input)
  const stream = heldBack(context.stream)
  const held = { ...context, stream }
  const emitted = context.db.transaction(() => {
    const first = emitChecked(held, event)
    if (!first.duplicate) for (const emitLater of floodAfter(event)) emitLater(held)
    return first
  })
  stream.tell()
  return emitted
}
