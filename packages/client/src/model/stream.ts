import type { Attempt } from './attempt.ts'
import type { Delivery } from './delivery.ts'
import type { EmittedEvent } from './event.ts'
import type { EventName } from './event-name.ts'
import type { OpenEnum } from './open-enum.ts'
import type { DeletedWebhook, Webhook } from './webhook.ts'

/** The data of each event of the stream. Bodies are left out. */
export interface StreamEvents {
  'event.emitted': EmittedEvent & { type: EventName; workspaceId: string | null }
  'attempt.started': { delivery: Delivery; number: number }
  'attempt.settled': { delivery: Delivery; attempt: Attempt }
  'webhook.changed': Webhook
  'webhook.deleted': DeletedWebhook
  'webhook.disabled': Webhook
  'clock.moved': { now: string }
  'scenario.progressed': {
    id: string
    name: string
    steps: number
    lastStep: string | null
    status: OpenEnum<'running' | 'ended' | 'failed'>
  }
  'inbox.captured': { id: string }
  /** Events are missing before this one: read the lists again. */
  'stream.gap': Record<string, never>
}

/** One event of the stream: its `name` says what its `data` is. */
export type StreamEvent = {
  [Name in keyof StreamEvents]: {
    /** For `lastEventId`, to go on from here. */
    id: string
    name: Name
    data: StreamEvents[Name]
  }
}[keyof StreamEvents]

/** Where to begin, and when to end. */
export interface StreamOptions {
  /** Ends the stream: the loop over it then ends, without an error. */
  signal?: AbortSignal | undefined
  /** The id of the last event that was seen: those after it come first. */
  lastEventId?: string | undefined
}
