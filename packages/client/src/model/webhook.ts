import type { Subscription } from './event-name.ts'
import type { OpenEnum } from './open-enum.ts'
import type { RetrySchedule } from './retry-policy.ts'
import type { SigningProfile } from './signing-profile.ts'

/** Which events a webhook receives, beyond their names. */
export interface WebhookFilters {
  /** Only events of these workspaces. */
  workspaceIds?: string[]
}

/** How many deliveries the platform sends to one webhook in a span of time. */
export interface WebhookRateLimit {
  /** The number of requests. */
  requests: number
  /** The span, in seconds. */
  perSeconds: number
}

/** One active signing secret, without the secret itself. */
export interface WebhookSecretHint {
  /** Its last 4 characters. */
  hint: string
  /** When it was created, ISO 8601. */
  createdAt: string
  /** Until when it signs, ISO 8601; `null` for the current one. */
  expiresAt: string | null
}

/** How the endpoint of a webhook has answered. */
export interface WebhookHealth {
  /** Attempts that failed since the last success. */
  consecutiveFailures: number
  /** Deliveries since then whose retries are exhausted. */
  exhaustedDeliveries: number
  /** When the failures since the last success began, ISO 8601; `null` if there are none. */
  failingSince: string | null
  /** When an attempt last succeeded, ISO 8601. */
  lastSuccessAt: string | null
  /** When the platform disables the webhook, in words; `null` if it never does. */
  disableRule: string | null
}

/** Why a webhook was disabled: the endpoint answered 410, kept failing, or an update did it. */
export type DisabledReason = OpenEnum<'gone' | 'failing' | 'manual'>

/** A webhook: an address, and the events that the platform sends there. Times are ISO 8601, UTC. */
export interface Webhook {
  /** Such as `webhook-1`. */
  id: string
  /** Where the deliveries go. */
  url: string
  /** A text for humans; empty when there is none. */
  description: string
  /** What it is subscribed to. */
  events: Subscription[]
  /** Whether the platform sends to it. */
  active: boolean
  /** Which of those events it receives; empty for all. */
  filters: WebhookFilters
  /** The names of its custom headers. Their values are never shown. */
  headerNames: string[]
  /** When a delivery is sent, and again if it failed. */
  retry: RetrySchedule
  /** How many deliveries may be under way at once. */
  concurrency: number
  /** How fast deliveries are sent; `null` for no limit. */
  rateLimit: WebhookRateLimit | null
  /** Whether an event waits until the one before it was taken or given up. */
  fifo: boolean
  /** The wire that its requests are signed for. */
  profile: SigningProfile
  /** Its active secrets, each by its last 4 characters. */
  secrets: WebhookSecretHint[]
  /** How its endpoint has answered. */
  health: WebhookHealth
  /** Why it was disabled; `null` while it is active, and if it was created inactive. */
  disabledReason: DisabledReason | null
  /** When it was disabled; `null` while it is active, and if it was created inactive. */
  disabledAt: string | null
  /** When it was created. */
  createdAt: string
  /** When it was last changed. */
  updatedAt: string
}

/** A webhook as `webhooks.create` answers it: the only answer that shows the whole secret. */
export interface WebhookWithSecret extends Webhook {
  /** The signing secret, `whsec_...`. Store it now: it cannot be read again, only rotated. */
  secret: string
}

/** A secret as `webhooks.rotateSecret` answers it. */
export interface RotatedSecret {
  /** The new signing secret, `whsec_...`. Store it now: it cannot be read again. */
  secret: string
  /** Until when the previous secret signs too, ISO 8601. */
  previousSecretExpiresAt: string
}

/** What remains of a webhook after `webhooks.delete`. */
export interface DeletedWebhook {
  /** The id that is gone. */
  id: string
  /** Always true. */
  deleted: true
}
