import { createCaller } from './http/caller.ts'
import { createTransport } from './http/transport.ts'
import type { ClientOptions } from './options/client-options.ts'
import { type DeliveriesApi, deliveriesApi } from './resources/deliveries.ts'
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
  const caller = createCaller(createTransport(options))
  return {
    webhooks: webhooksApi(caller),
    deliveries: deliveriesApi(caller),
    events: eventsApi(caller),
    eventTypes: eventTypesApi(caller),
  }
}
