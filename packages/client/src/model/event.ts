import type { EventName } from './event-name.ts'
import type { OpenEnum } from './open-enum.ts'
import type { Time } from './time.ts'

/** An event to send to every webhook that is subscribed to it. */
export interface EmitEventInput {
  /** Its type, such as `document.processed`. */
  type: EventName
  /** Its data, in the shape of its type. */
  data: unknown
  /** Its id, without a dot. Default: the platform makes one. */
  id?: string | undefined
  /** When it happened. Default: now. */
  timestamp?: Time | undefined
  /** The workspace it belongs to, for webhooks that filter by it. */
  workspaceId?: string | undefined
  /** Whether `data` must fit the schema of its type. Default: true. */
  validate?: boolean | undefined
  /** Faults to put in on purpose; only a sender for development takes them. */
  faults?: readonly unknown[] | undefined
}

/** What became of an emitted event. */
export interface EmittedEvent {
  /** Its id. */
  id: string
  /** Whether an event with this id and these bytes was there before; then nothing is sent. */
  duplicate: boolean
  /** The deliveries that it made. */
  deliveries: { id: string; webhookId: string }[]
  /** Webhooks that are subscribed to it, yet do not get it. */
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
  /** Only those that happened before this time. */
  before?: Time | undefined
  /** Only those that happened after this time. */
  after?: Time | undefined
}

/** A type of event that the platform sends. */
export interface EventType {
  /** Its name. */
  type: EventName
  /** What it tells, in a sentence. */
  description: string
  /** The JSON Schema of its `data`. */
  schema: Record<string, unknown>
  /** The `data` of such an event. */
  example: Record<string, unknown>
}
