import type { Caller } from '../http/caller.ts'
import { segment } from '../http/url.ts'
import type {
  EmitEventInput,
  EmittedEvent,
  EventType,
  ListEventsQuery,
  PlatformEvent,
  TimelineEntry,
} from '../model/event.ts'
import type { KnownEventName } from '../model/event-name.ts'
import type { PageRequest } from '../model/page.ts'
import type { CallOptions, PostOptions } from '../options/client-options.ts'
import type { EmitResult } from './emit-result.ts'

/**
 * The calls on events. Beyond the codes named here, each may reject with an `ApiError`
 * (UNAUTHORIZED, VALIDATION_ERROR, RATE_LIMITED, and NOT_FOUND for an unknown id), an
 * `ApiConnectionError`, an `ApiTimeoutError`, or the reason of an aborted `signal`.
 */
export interface EventsApi {
  /**
   * Sends an event to every webhook that is subscribed to it; for development and tests.
   * Codes: UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH, EVENT_ID_CONFLICT, PAYLOAD_TOO_LARGE.
   *
   * @example
   * await client.events.emit({
   *   type: 'document.deleted',
   *   data: { id: 'document-123', workspaceId: 'workspace-123' },
   * })
   */
  emit<Name extends KnownEventName>(
    event: EmitEventInput<Name>,
    options?: PostOptions,
  ): Promise<EmittedEvent>
  /**
   * Sends up to 100 events, 300 KiB in all, in one request. Each has its own result, in their order: one that is refused
   * does not fail the others. Rejects only for the list as a whole: VALIDATION_ERROR, PAYLOAD_TOO_LARGE.
   *
   * @example
   * const results = await client.events.emitMany(events)
   * for (const [index, result] of results.entries()) {
   *   if (!result.ok) console.error(events[index]?.type, result.error.message)
   * }
   */
  emitMany(events: readonly EmitEventInput[], options?: PostOptions): Promise<EmitResult[]>
  /** The events that were sent. */
  list(query?: ListEventsQuery, options?: CallOptions): PageRequest<PlatformEvent>
  /** One event. */
  get(id: string, options?: CallOptions): Promise<PlatformEvent>
  /** What happened to one event, moment by moment. */
  timeline(id: string, options?: CallOptions): Promise<TimelineEntry[]>
}

/** The calls on the types of events; they reject as those of {@link EventsApi} do. */
export interface EventTypesApi {
  /** The types of events that the platform sends, each with its schema and an example. */
  list(options?: CallOptions): Promise<EventType[]>
}

/** The calls on events, over a caller. */
export const eventsApi = ({ one, pages }: Caller): EventsApi => ({
  emit: (event, options) => one(() => ({ method: 'POST', path: '/events', body: event }), options),
  emitMany: (events, options) =>
    one(() => ({ method: 'POST', path: '/events', body: events }), options),
  list: (query, options) => pages(() => '/events', { ...query }, options),
  get: (id, options) => one(() => ({ method: 'GET', path: `/events/${segment(id)}` }), options),
  timeline: (id, options) =>
    one(() => ({ method: 'GET', path: `/events/${segment(id)}/timeline` }), options),
})

/** The calls on the types of events, over a caller. */
export const eventTypesApi = ({ one }: Caller): EventTypesApi => ({
  list: (options) => one(() => ({ method: 'GET', path: '/event-types' }), options),
})
