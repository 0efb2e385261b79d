import type { Caller } from '../http/caller.ts'
import { segment } from '../http/url.ts'
import type {
  CancelAllInput,
  CancelAllResult,
  Delivery,
  DeliveryWithAttempts,
  ListDeliveriesQuery,
  RedeliverAllInput,
  RedeliverAllResult,
  RedeliverInput,
} from '../model/delivery.ts'
import type { PageRequest } from '../model/page.ts'
import type { CallOptions, PostOptions } from '../options/client-options.ts'

/**
 * The calls on the delivery log. Beyond the codes named here, each may reject with an `ApiError`
 * (UNAUTHORIZED, VALIDATION_ERROR, RATE_LIMITED, and NOT_FOUND for an unknown id), an
 * `ApiConnectionError`, an `ApiTimeoutError`, or the reason of an aborted `signal`.
 */
export interface DeliveriesApi {
  /**
   * The deliveries to every webhook, newest first, without bodies.
   *
   * @example
   * for await (const delivery of client.deliveries.list({ status: 'failed', before: new Date() })) {
   *   await client.deliveries.redeliver(delivery.id)
   * }
   */
  list(query?: ListDeliveriesQuery, options?: CallOptions): PageRequest<Delivery>
  /** One delivery with its attempts, bodies included. */
  get(id: string, options?: CallOptions): Promise<DeliveryWithAttempts>
  /**
   * Creates a new delivery of the same event, with the same id and bytes and a fresh signature.
   * Codes: DELIVERY_OPEN, WEBHOOK_INACTIVE, PAYLOAD_EXPIRED.
   */
  redeliver(id: string, input?: RedeliverInput, options?: PostOptions): Promise<Delivery>
  /**
   * Sends again everything that has ended and fits a filter; `dryRun` counts it first. Code: RANGE_TOO_LARGE.
   *
   * @example
   * await client.deliveries.redeliverAll({ filter: { status: ['failed'] }, dryRun: true })
   */
  redeliverAll(input: RedeliverAllInput, options?: PostOptions): Promise<RedeliverAllResult>
  /** Cancels everything that is open and fits a filter; `dryRun` counts it first. Code: RANGE_TOO_LARGE. */
  cancelAll(input: CancelAllInput, options?: PostOptions): Promise<CancelAllResult>
  /** Cancels a delivery that is still open. Code: DELIVERY_CLOSED. */
  cancel(id: string, options?: PostOptions): Promise<Delivery>
}

/** The calls on the delivery log, over a caller. */
export const deliveriesApi = ({ one, pages }: Caller): DeliveriesApi => {
  const at = (id: string, below = '') => `/deliveries/${segment(id)}${below}`
  return {
    list: (query, options) => pages(() => '/deliveries', { ...query }, options),
    get: (id, options) => one(() => ({ method: 'GET', path: at(id) }), options),
    redeliver: (id, input = {}, options) =>
      one(() => ({ method: 'POST', path: at(id, '/redeliver'), body: input }), options),
    redeliverAll: (input, options) =>
      one(() => ({ method: 'POST', path: '/deliveries/redeliver', body: input }), options),
    cancelAll: (input, options) =>
      one(() => ({ method: 'POST', path: '/deliveries/cancel', body: input }), options),
    cancel: (id, options) => one(() => ({ method: 'POST', path: at(id, '/cancel') }), options),
  }
}
