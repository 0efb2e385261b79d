import type { EventName } from './event-name.ts'
import type { OpenEnum } from './open-enum.ts'
import type { Time } from './time.ts'

/** An event to send to every webhook that is subscribed to it. */
export interface EmitEventInput {
  /** Its type, such as `document.processed`. */
  type: EventName
  /** Its data, in the shape of its type. */
  data: unknown
  /** Its id, without a dot. Default: the platform creates one. */
  id?: string | undefined
  /** When it happened. Default: now. */
  timestamp?: Time | undefined
  /** The workspace it belongs to, for webhooks that filter by it. */
  workspaceId?: string | undefined
  /** Whether `data` must fit the schema of its type. Default: true. */
  validate?: boolean | undefined
  /** Faults to apply on purpose; only a sender for development does. */
  faults?: readonly unknown[] | undefined
}

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
  /** Only this type. */
  type?: EventName | undefined
  /** Only those of this workspace. */
  workspaceId?: string | undefined
  /** Only those that were emitted before this time. */
  before?: Time | undefined
  /** Only those that were emitted after this time. */
  after?: Time | undefined
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
