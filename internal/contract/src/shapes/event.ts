import * as z from 'zod'
import {
  dataSchemaOf,
  eventDescriptions,
  eventTypeInput,
  eventTypes,
  exampleOf,
  type KnownEventType,
} from '../values/event-types.ts'
import { faultList } from '../values/fault-list.ts'
import { limits } from '../values/limits.ts'
import { iso, timeInput } from '../values/time.ts'
import { ErrorView, PageQuery } from './page.ts'

/** The body of an event to emit. */
export const EmitEvent = z
  .object({
    type: eventTypeInput,
    data: z.unknown(),
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be 1 to 128 letters, digits, _ or -')
      .optional(),
    timestamp: timeInput.optional(),
    workspaceId: z.string().max(limits.workspaceCharacters).optional(),
    validate: z.boolean().default(true),
    faults: faultList.optional(),
  })
  .strict()

/** A list of events to emit. Each is read on its own by {@link EmitEvent}, so that it does not fail the others. */
export const EmitList = z.array(z.unknown()).min(1).max(limits.eventsAtOnce)

/** The body of one event or of a list of them. */
export const EmitBody = z
  .unknown()
  .transform((value, context): z.output<typeof EmitEvent> | z.output<typeof EmitList> => {
    const result = Array.isArray(value) ? EmitList.safeParse(value) : EmitEvent.safeParse(value)
    if (result.success) return result.data
    for (const { path, message } of result.error.issues) {
      context.addIssue({ code: 'custom', path, message })
    }
    return z.NEVER
  })

/** What the list of events may be narrowed by. */
export const EventQuery = PageQuery.extend({
  type: z.string().optional(),
  workspaceId: z.string().optional(),
  /** A part of the id, or of the body. */
  search: z.string().min(1).max(limits.searchCharacters).optional(),
  before: timeInput.optional(),
  after: timeInput.optional(),
})

/** What became of an emitted event. */
export const EmittedView = z.object({
  id: z.string(),
  duplicate: z.boolean(),
  deliveries: z.array(z.object({ id: z.string(), webhookId: z.string() })),
  skipped: z.array(z.object({ webhookId: z.string(), reason: z.enum(['inactive', 'filtered']) })),
})

/** What became of one event of a list: it was emitted, or refused. */
export const EmitResultView = z.discriminatedUnion('ok', [
  EmittedView.extend({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: ErrorView }),
])

/** An event in an answer. */
export const EventView = z.object({
  id: z.string(),
  type: z.string(),
  timestamp: z.string(),
  data: z.unknown(),
  workspaceId: z.string().nullable(),
})

/** One moment in the life of an event in an answer. */
export const TimelineEntryView = z.object({
  at: z.string(),
  what: z.enum([
    'emitted',
    'delivery.created',
    'attempt.started',
    'attempt.settled',
    'delivery.ended',
  ]),
  deliveryId: z.string().nullable(),
  webhookId: z.string().nullable(),
  /** For attempts: its number among those of the delivery. */
  attempt: z.number().nullable(),
  statusCode: z.number().nullable(),
  /** The outcome of an attempt, or the status in which a delivery ended. */
  result: z.string().nullable(),
})

/** A type of event in an answer. */
export const EventTypeView = z.object({
  type: z.string(),
  description: z.string(),
  schema: z.record(z.string(), z.unknown()),
  example: z.record(z.string(), z.unknown()),
})

/** An event that was emitted. */
export interface EventRecord {
  readonly id: string
  readonly type: string
  readonly workspaceId: string | undefined
  /** The bytes that every attempt sends; undefined once they are no longer kept. */
  readonly body: Uint8Array | undefined
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** The content of an event. */
export interface EventBody {
  readonly type: string
  readonly timestamp: string
  readonly data: unknown
}

/** Reads the bytes of an event, which the sender wrote itself; its id is left out. */
export const readBody = (body: Uint8Array): EventBody => {
  const { type, timestamp, data }: EventBody = JSON.parse(new TextDecoder().decode(body))
  return { type, timestamp, data }
}

/** An event as the API shows it; `data` is null once its bytes are no longer kept. */
export const eventView = (event: EventRecord): z.output<typeof EventView> => {
  const { id, type, body, createdAt } = event
  const workspaceId = event.workspaceId ?? null
  if (body === undefined) return { id, type, timestamp: iso(createdAt), data: null, workspaceId }
  const { timestamp, data } = readBody(body)
  return { id, type, timestamp, data, workspaceId }
}

/** The JSON Schema of the `data` of an event. */
export const jsonSchemaOf = (type: KnownEventType): Record<string, unknown> => ({
  ...z.toJSONSchema(dataSchemaOf(type)),
})

/** The 19 types as the API shows them. */
export const eventTypeViews = (): z.output<typeof EventTypeView>[] =>
  eventTypes.map((type) => ({
    type,
    description: eventDescriptions[type],
    schema: jsonSchemaOf(type),
    example: { ...exampleOf(type) },
  }))
