import type { Caller } from '../http/caller.ts'
import { queryString, segment } from '../http/url.ts'
import type {
  Delivery,
  DeliveryWithAttempts,
  ListWebhookDeliveriesQuery,
} from '../model/delivery.ts'
import type { PageRequest } from '../model/page.ts'
import type { RecoverResult, WebhookStats } from '../model/stats.ts'
import type { DeletedWebhook, RotatedSecret, Webhook, WebhookWithSecret } from '../model/webhook.ts'
import type {
  CreateWebhookInput,
  ListWebhooksQuery,
  RecoverInput,
  RotateSecretInput,
  StatsQuery,
  TestWebhookInput,
  UpdateWebhookInput,
} from '../model/webhook-input.ts'
import type { CallOptions, PostOptions } from '../options/client-options.ts'

/**
 * The calls on webhooks. Beyond the codes named here, each may reject with an `ApiError`
 * (UNAUTHORIZED, VALIDATION_ERROR, RATE_LIMITED, and NOT_FOUND for an unknown id), an
 * `ApiConnectionError`, an `ApiTimeoutError`, or the reason of an aborted `signal`.
 */
export interface WebhooksApi {
  /**
   * Creates a webhook. Only this answer shows its secret: store it now.
   * Codes: UNKNOWN_EVENT_TYPE, URL_NOT_ALLOWED, RESERVED_HEADER, LIMIT_REACHED.
   *
   * @example
   * const { id, secret } = await client.webhooks.create({
   *   url: 'https://app.example.com/webhooks/ainexlayer',
   *   events: ['document.*', 'chat.message'],
   * })
   */
  create(input: CreateWebhookInput, options?: PostOptions): Promise<WebhookWithSecret>
  /** The webhooks, in pages of 20: await it for one page, iterate over it for all. */
  list(query?: ListWebhooksQuery, options?: CallOptions): PageRequest<Webhook>
  /** One webhook. */
  get(id: string, options?: CallOptions): Promise<Webhook>
  /**
   * Changes the fields that are given. `active: true` also resets the health.
   * Codes: UNKNOWN_EVENT_TYPE, URL_NOT_ALLOWED, RESERVED_HEADER.
   */
  update(id: string, changes: UpdateWebhookInput, options?: CallOptions): Promise<Webhook>
  /**
   * Deletes a webhook and cancels its open deliveries; their log stays. NOT_FOUND after a retry
   * means that an earlier request had deleted it, and only its answer was lost.
   */
  delete(id: string, options?: CallOptions): Promise<DeletedWebhook>
  /**
   * Creates a new signing secret; the previous one signs too until its grace period ends, one day
   * by default. Code: TOO_MANY_ACTIVE_SECRETS.
   */
  rotateSecret(id: string, input?: RotateSecretInput, options?: PostOptions): Promise<RotatedSecret>
  /**
   * Sends one test event now, once, even to an inactive webhook. It resolves when the test ran:
   * `status` says whether it was delivered. Code: UNKNOWN_EVENT_TYPE.
   *
   * @example
   * const { status, lastError } = await client.webhooks.test('webhook-1')
   * if (status !== 'delivered') console.error(lastError?.message)
   */
  test(id: string, input?: TestWebhookInput, options?: PostOptions): Promise<DeliveryWithAttempts>
  /** The deliveries to one webhook, newest first, without bodies. */
  deliveries(
    id: string,
    query?: ListWebhookDeliveriesQuery,
    options?: CallOptions,
  ): PageRequest<Delivery>
  /**
   * Sends again the deliveries that failed in a span of time, except events that were delivered later.
   * Codes: RANGE_TOO_LARGE, WEBHOOK_INACTIVE.
   *
   * @example
   * await client.webhooks.recover('webhook-1', { since: '2024-01-15T10:00:00Z', dryRun: true })
   */
  recover(id: string, input: RecoverInput, options?: PostOptions): Promise<RecoverResult>
  /** Statistics of the deliveries of a span of time, 28 days at most, by default the last 7. Code: INVALID_RANGE. */
  stats(id: string, query?: StatsQuery, options?: CallOptions): Promise<WebhookStats>
}

/** The calls on webhooks, over a caller. */
export const webhooksApi = ({ one, pages }: Caller): WebhooksApi => {
  const at = (id: string, below = '') => `/webhooks/${segment(id)}${below}`
  return {
    create: (input, options) =>
      one(() => ({ method: 'POST', path: '/webhooks', body: input }), options),
    list: (query, options) => pages(() => '/webhooks', { ...query }, options),
    get: (id, options) => one(() => ({ method: 'GET', path: at(id) }), options),
    update: (id, changes, options) =>
      one(() => ({ method: 'PATCH', path: at(id), body: changes }), options),
    delete: (id, options) => one(() => ({ method: 'DELETE', path: at(id) }), options),
    rotateSecret: (id, input = {}, options) =>
      one(() => ({ method: 'POST', path: at(id, '/rotate-secret'), body: input }), options),
    test: (id, input = {}, options) =>
      one(() => ({ method: 'POST', path: at(id, '/test'), body: input }), options),
    deliveries: (id, query, options) => pages(() => at(id, '/deliveries'), { ...query }, options),
    recover: (id, input, options) =>
      one(() => ({ method: 'POST', path: at(id, '/recover'), body: input }), options),
    stats: (id, query = {}, options) =>
      one(() => ({ method: 'GET', path: at(id, `/stats${queryString({ ...query })}`) }), options),
  }
}
