import { createCaller } from './http/caller.ts'
import { eventStream } from './http/event-stream.ts'
import { createTransport } from './http/transport.ts'
import { queryString } from './http/url.ts'
import type { WebhookStats } from './model/stats.ts'
import type { StreamEvent, StreamOptions } from './model/stream.ts'
import type { StatsQuery } from './model/webhook-input.ts'
import type { CallOptions, ClientOptions } from './options/client-options.ts'
import { type AttemptsApi, attemptsApi } from './resources/attempts.ts'
import { type DeliveriesApi, deliveriesApi } from './resources/deliveries.ts'
import { type DevApi, devApi } from './resources/dev.ts'
import { type EventsApi, type EventTypesApi, eventsApi, eventTypesApi } from './resources/events.ts'
import { type WebhooksApi, webhooksApi } from './resources/webhooks.ts'

/** The platform's webhook API. */
export interface Client {
  /** Webhooks: addresses, and the events that go there. */
  readonly webhooks: WebhooksApi
  /** The delivery log: what was sent, and what came back. */
  readonly deliveries: DeliveriesApi
  /** Events that were sent, and sending one. */
  readonly events: EventsApi
  /** The types of events that there are. */
  readonly eventTypes: EventTypesApi
  /** The attempts of all deliveries. */
  readonly attempts: AttemptsApi
  /** Statistics of the deliveries to all webhooks in a span of time. Code: INVALID_RANGE. */
  stats(query?: StatsQuery, options?: CallOptions): Promise<WebhookStats>
  /**
   * What happens, as it happens. It connects when it is iterated over, and again when the connection is lost,
   * without missing anything that is still kept; it rejects with an `ApiError` that no retry mends.
   *
   * @example
   * for await (const event of client.stream({ signal })) {
   *   if (event.name === 'attempt.settled') console.log(event.data.delivery.status)
   * }
   */
  stream(options?: StreamOptions): AsyncIterable<StreamEvent>
  /** What only a sender for development has: faults, scenarios, the clock, the inbox. */
  readonly dev: DevApi
}

/**
 * Creates a client. It sends nothing yet; throws `ApiUsageError` for an option that cannot work, such as
 * an API key that is not set.
 *
 * A call is sent again, up to `maxRetries` times, after 429, 5xx, IDEMPOTENCY_KEY_IN_USE, a failed connection or a timeout:
 * after half a second and then twice as long each time (8 seconds at most, with jitter), or as long
 * as `retry-after` asks, 60 seconds at most. Each POST carries an `idempotency-key` that stays the
 * same over its retries, so that it takes effect once.
 *
 * @example
 * const client = createClient({ apiKey: process.env.AINEXLAYER_API_KEY })
 * for await (const webhook of client.webhooks.list({ active: true })) console.log(webhook.url)
 */
export const createClient = (options: ClientOptions): Client => {
  const transport = createTransport(options)
  const caller = createCaller(transport)
  return {
    webhooks: webhooksApi(caller),
    deliveries: deliveriesApi(caller),
    events: eventsApi(caller),
    eventTypes: eventTypesApi(caller),
    attempts: attemptsApi(caller),
    stats: (query = {}, callOptions) =>
      caller.one(
        () => ({ method: 'GET', path: `/stats${queryString({ ...query })}` }),
        callOptions,
      ),
    stream: (streamOptions = {}) =>
      eventStream({ ...streamOptions, open: transport.open, sleep: transport.sleep }),
    dev: devApi(caller),
  }
}
