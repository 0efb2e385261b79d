import type { EventData } from './event-data.ts'
import type { EventName, KnownEventName } from './event-name.ts'
import type { Fault } from './fault.ts'
import type { OpenEnum } from './open-enum.ts'
import type { Time } from './time.ts'

interface EmitFields {
  /** Its id, without a dot. Default: the platform creates one. */
  id?: string | undefined
  /** When it happened. Default: now. */
  timestamp?: Time | undefined
  /** The workspace it belongs to, for webhooks that filter by it. */
  workspaceId?: string | undefined
  /** Faults to apply on purpose; only a sender for development takes them. */
  faults?: readonly Fault[] | undefined
}

/** One of the platform's events, with data of its type. */
export interface KnownEventInput<Name extends KnownEventName = KnownEventName> extends EmitFields {
  /** Its type, such as `document.processed`. */
  type: Name
  /** Its data, in the shape of its type. */
  data: EventData[Name]
  /** Whether `data` must fit the schema of its type. Default: true. */
  validate?: true | undefined
}

/** A test event: it is not one of the 19, and has any data. */
export interface TestEventInput extends EmitFields {
  type: 'webhook.test'
  data: unknown
  validate?: boolean | undefined
}

/** An event of any type with any data: `validate: false` says that this is meant. */
export interface UncheckedEventInput extends EmitFields {
  /** Its type: printable characters without a space. */
  type: string
  data: unknown
  validate: false
}

/** An event to send to every webhook that is subscribed to it; `Name` is the name of its type, if it is a known one. */
export type EmitEventInput<Name extends KnownEventName = KnownEventName> =
  | KnownEventInput<Name>
  | TestEventInput
  | UncheckedEventInput

/** The result of emitting an event. */
export interface EmittedEvent {
  /** Its id. */
  id: string
  /** Whether the same event was emitted before; then nothing is sent. */
  duplicate: boolean
  /** Its deliveries. */
  deliveries: { id: string; webhookId: string }[]
  /** Webhooks that are subscribed to it and still do not get it. */
  skipped: { webhookId: string; reason: OpenEnum<'inactive' | 'filtered'> }[]
}

/** An event that the platform has sent. */
export interface PlatformEvent {
  /** Its id, equal to the header `webhook-id` of its requests. */
  id: string
  /** Its type. */
  type: EventName
  /** When it happened, ISO 8601. */
  timestamp: string
  /** Its data; `null` once the platform no longer keeps it. */
  data: unknown
  /** The workspace it belongs to; `null` for none. */
  workspaceId: string | null
}

/** Which events to list. */
export interface ListEventsQuery {
  /** The page to begin with. Default: 1. */
  page?: number | undefined
  /** Items per page, up to 100. Default: 20. */
  limit?: number | undefined
  /** The `nextCursor` of an earlier page, instead of `page`. */
  cursor?: string | undefined
  /** Only this type. */
  type?: EventName | undefined
  /** Only those of this workspace. */
  workspaceId?: string | undefined
  /** Only those that were emitted before this time. */
  before?: Time | undefined
  /** Only those that were emitted after this time. */
  after?: Time | undefined
  /** Only those with this in their id or in their body. */
  search?: string | undefined
}

/** A type of event that the platform sends. */
export interface EventType {
  /** Its name. */
  type: EventName
  /** What happened, in a sentence. */
  description: string
  /** The JSON Schema of its `data`. */
  schema: Record<string, unknown>
  /** The `data` of such an event. */
  example: Record<string, unknown>
}

/** One moment in the life of an event. */
export interface TimelineEntry {
  /** ISO 8601, UTC. */
  at: string
  what: OpenEnum<
    'emitted' | 'delivery.created' | 'attempt.started' | 'attempt.settled' | 'delivery.ended'
  >
  deliveryId: string | null
  webhookId: string | null
  /** For attempts: its number among those of the delivery. */
  attempt: number | null
  statusCode: number | null
  /** The outcome of an attempt, or the status in which a delivery ended. */
  result: string | null
}
