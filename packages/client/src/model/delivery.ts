import type { Attempt, AttemptError } from './attempt.ts'
import type { EventName } from './event-name.ts'
import type { OpenEnum } from './open-enum.ts'
import type { Time } from './time.ts'

/**
 * Where a delivery stands. `delivered`, `failed` and `cancelled` are final; `pending`, `sending` and
 * `retrying` are open.
 */
export type DeliveryStatus = OpenEnum<
  'pending' | 'sending' | 'retrying' | 'delivered' | 'failed' | 'cancelled'
>

/** What caused a delivery. */
export type DeliveryTrigger = OpenEnum<'event' | 'test' | 'redelivery' | 'recover'>

/** One event on its way to one webhook. Times are ISO 8601, UTC. */
export interface Delivery {
  /** Such as `delivery-1`. */
  id: string
  /** The webhook that it goes to. */
  webhookId: string
  /** The id of the event, equal to the header `webhook-id` of its requests. */
  eventId: string
  /** The type of the event. */
  eventType: EventName
  /** Where it stands. */
  status: DeliveryStatus
  /** What caused it. */
  trigger: DeliveryTrigger
  /** The delivery that this one repeats. */
  redeliveryOf?: string
  /** Attempts made so far. */
  attemptCount: number
  /** After how many attempts the platform gives up. */
  maxAttempts: number
  /** When it is sent again; `null` when it is not. */
  nextAttemptAt: string | null
  /** The status code of the last answer; `null` when there was none. */
  lastStatusCode: number | null
  /** Why the last attempt failed; `null` when it did not. */
  lastError: AttemptError | null
  /** When it was created. */
  createdAt: string
  /** When it became final; `null` while it is open. */
  completedAt: string | null
}

/** A delivery with all its attempts, bodies included. */
export interface DeliveryWithAttempts extends Delivery {
  /** In their order. */
  attempts: Attempt[]
}

/** Which deliveries of a webhook to list. */
export interface ListWebhookDeliveriesQuery {
  /** The page to begin with. Default: 1. */
  page?: number | undefined
  /** Items per page, up to 100. Default: 20. */
  limit?: number | undefined
  /** The `nextCursor` of an earlier page, instead of `page`. */
  cursor?: string | undefined
  /** Only these states. */
  status?: DeliveryStatus | readonly DeliveryStatus[] | undefined
  /** Only this type of event. */
  eventType?: EventName | undefined
  /** Only this event. */
  eventId?: string | undefined
  /** Only deliveries with this cause. */
  trigger?: DeliveryTrigger | undefined
  /** Only where the last answer was of this class; `none` where there was no answer. */
  statusClass?: OpenEnum<'2xx' | '3xx' | '4xx' | '5xx' | 'none'> | undefined
  /** Only those created before this time. */
  before?: Time | undefined
  /** Only those created after this time. */
  after?: Time | undefined
  /** Only those with this in their id, in the id of the event or in its body. */
  search?: string | undefined
}

/** Which deliveries to list. */
export interface ListDeliveriesQuery extends ListWebhookDeliveriesQuery {
  /** Only those to this webhook. */
  webhookId?: string | undefined
}

/** How to deliver again. */
export interface RedeliverInput {
  /**
   * Whether to send it under a new event id, so that a receiver that has handled the event handles
   * it again. Default: false, the same id and the same bytes.
   */
  asNewEvent?: boolean | undefined
}

/** Which deliveries a call on many is about. */
export interface DeliveriesFilter
  extends Omit<ListDeliveriesQuery, 'page' | 'limit' | 'cursor' | 'status'> {
  /** Only these states. */
  status?: readonly DeliveryStatus[] | undefined
}

/** Which deliveries to send again, and how: 10 000 at most. */
export interface RedeliverAllInput extends RedeliverInput {
  /** Of those that fit, only what has ended is sent again. */
  filter: DeliveriesFilter
  /** How many to send each second. Default: 10. */
  ratePerSecond?: number | undefined
  /** Only count them. Default: false. */
  dryRun?: boolean | undefined
}

/** The result of `deliveries.redeliverAll`. */
export interface RedeliverAllResult {
  /** Deliveries that have ended and fit. */
  matched: number
  /** How many of them will be sent again: 0 for a dry run. */
  queued: number
  /** Those whose webhook is inactive or deleted, or whose bytes are no longer kept. */
  skipped: number
}

/** Which deliveries to cancel: 10 000 at most. */
export interface CancelAllInput {
  /** Of those that fit, only what is open is cancelled. */
  filter: DeliveriesFilter
  /** Only count them. Default: false. */
  dryRun?: boolean | undefined
}

/** The result of `deliveries.cancelAll`. */
export interface CancelAllResult {
  /** Deliveries that were open and fit. */
  matched: number
  /** How many of them were cancelled: 0 for a dry run. */
  cancelled: number
}
