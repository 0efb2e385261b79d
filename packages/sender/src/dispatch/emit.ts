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
import { createMessage, type Message } from '../message/message.ts'
import type { Db } from '../store/database.ts'
import { deliveriesOfEvent, insertDelivery } from '../store/delivery-rows.ts'
import { findEventById, insertEvent } from '../store/event-rows.ts'
import { allWebhooks } from '../store/webhook-rows.ts'
import type { EventStream } from '../stream/event-stream.ts'

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
  readonly stream: EventStream
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

const emitAt = (context: EmitContext, input: EmitInput, afterMs: number): Emitted => {
  const { db, now } = context
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
  return planEvent(context, message, { workspaceId, faults: input.faults ?? [], afterMs })
}

/** The first event of an input; with the fault `flood` there are more, see {@link emitFlood}. @throws Problem */
const emitFirst = (context: EmitContext, input: EmitInput): Emitted => {
  checkFaultsAllowed(input.faults, context.dev)
  return emitAt(context, readInput(EmitEvent, input), 0)
}

/** The others of a flood: the same content under ids of their own, each later than the one before. */
function* emitFlood(context: EmitContext, input: EmitInput): Generator<undefined, void> {
  const { faults = [], ...event } = readInput(EmitEvent, input)
  const flood = faultOf(faults, 'flood')
  const [, ...later] = flood === undefined ? [] : floodPlan(flood)
  for (const afterMs of later) {
    emitAt(context, { ...event, faults, id: undefined, validate: false }, afterMs)
    yield
  }
}

/**
 * Emits events: all of them, or none if one is refused. Yields after each further event of a flood.
 *
 * @throws Problem VALIDATION_ERROR, UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH, EVENT_ID_CONFLICT, PAYLOAD_TOO_LARGE
 */
export function* emitAll(
  context: EmitContext,
  inputs: readonly EmitInput[],
): Generator<undefined, Emitted[]> {
  const emitted = context.db.transaction(() => inputs.map((input) => emitFirst(context, input)))
  for (const [index, input] of inputs.entries()) {
    if (emitted[index]?.duplicate === false) yield* emitFlood(context, input)
  }
  return emitted
}

/** Emits one event, and with the fault `flood` all others at once; throws as {@link emitAll} does. */
export const emit = (context: EmitContext, input: EmitInput): Emitted => {
  const emitted = emitFirst(context, input)
  if (!emitted.duplicate) for (const _ of emitFlood(context, input));
  return emitted
}
