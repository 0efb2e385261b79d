import type { EventName, EventPattern } from './event-name.ts'
import type { OpenEnum } from './open-enum.ts'
import type { RetryPolicy } from './retry-policy.ts'
import type { SigningProfileInput } from './signing-profile.ts'
import type { Time } from './time.ts'
import type { WebhookRateLimit } from './webhook.ts'

/** The fields of a new webhook. */
export interface CreateWebhookInput {
  /** Where the deliveries go: `https`, without credentials in it. */
  url: string
  /** What to subscribe to, such as `['document.*', 'chat.message']`, or `['*']` for everything. */
  events: readonly EventPattern[]
  /** A text for humans. */
  description?: string | undefined
  /** Whether the platform sends to it. Default: true. */
  active?: boolean | undefined
  /** Your own secret, `whsec_` and 24 to 64 bytes in base64. Default: the platform creates one. */
  secret?: string | undefined
  /** Which of the events to receive. Default: all. */
  filters?: { readonly workspaceIds?: readonly string[] | undefined } | undefined
  /** Up to 10 headers of your own, sent with each delivery. */
  headers?: Readonly<Record<string, string>> | undefined
  /** How often a failed delivery is sent again. Default: the preset `standard`. */
  retry?: RetryPolicy | undefined
  /** How many deliveries may be under way at once. Default: 4. */
  concurrency?: number | undefined
  /** How fast deliveries are sent. Default: no limit. */
  rateLimit?: WebhookRateLimit | undefined
  /** Whether an event waits until the one before it was taken or given up. Default: false. */
  fifo?: boolean | undefined
  /** The wire that its requests are signed for. Default: Standard Webhooks. */
  profile?: SigningProfileInput | undefined
}

/**
 * The fields to change; the others stay as they are. `active: true` also resets the health. The
 * secret is changed only by `webhooks.rotateSecret`.
 */
export interface UpdateWebhookInput
  extends Omit<CreateWebhookInput, 'url' | 'events' | 'secret' | 'rateLimit'> {
  /** Where the deliveries go. */
  url?: string | undefined
  /** What to subscribe to. */
  events?: readonly EventPattern[] | undefined
  /** How fast deliveries are sent; `null` lifts the limit. */
  rateLimit?: WebhookRateLimit | null | undefined
}

/** Which webhooks to list. */
export interface ListWebhooksQuery {
  /** The page to begin with. Default: 1. */
  page?: number | undefined
  /** Items per page, up to 100. Default: 20. */
  limit?: number | undefined
  /** The `nextCursor` of an earlier page, instead of `page`. */
  cursor?: string | undefined
  /** Only active, or only inactive ones. */
  active?: boolean | undefined
  /** Only those with exactly this subscription: `document.*` does not find `document.uploaded`. */
  event?: EventPattern | undefined
  /** Only those whose URL or description contains this. */
  search?: string | undefined
}

/** How to rotate a secret. */
export interface RotateSecretInput {
  /** Your own new secret, `whsec_` and 24 to 64 bytes in base64. Default: the platform creates one. */
  secret?: string | undefined
  /** Seconds in which the previous secret signs too, 0 to 604800. Default: 86400, one day. */
  gracePeriodSeconds?: number | undefined
}

/** What to send as a test. */
export interface TestWebhookInput {
  /** Default: `webhook.test`, which is not one of the 19 events. */
  eventType?: EventName | 'webhook.test' | undefined
  /** The `data` of the event. Default: the example of its type. */
  data?: unknown
}

/** The span of the statistics: 28 days at most. */
export interface StatsQuery {
  /** The beginning. Default: 7 days before `until`. */
  since?: Time | undefined
  /** The end. Default: now. */
  until?: Time | undefined
  /** Splits the span, in UTC. Default: it is one. */
  bucket?: 'hour' | 'day' | undefined
}

/** Which deliveries to send again: 14 days and 10 000 deliveries at most. */
export interface RecoverInput {
  /** From when. */
  since: Time
  /** Until when. Default: now. */
  until?: Time | undefined
  /** Only these events. Default: all. */
  eventTypes?: readonly EventName[] | undefined
  /** Only deliveries in these states. Default: `['failed']`. */
  status?: readonly OpenEnum<'failed' | 'cancelled'>[] | undefined
  /** How many to send each second. Default: 10. */
  ratePerSecond?: number | undefined
  /** Only count them. Default: false. */
  dryRun?: boolean | undefined
}
