import type { RetrySchedule } from '../delivery/retry-schedule.ts'
import type { Fault } from '../faults/fault.ts'

/** Why an endpoint was switched off. */
export type DisabledReason = 'gone' | 'failing' | 'manual'

/** A fault that every delivery to an endpoint may suffer; for development. */
export interface LikelyFault {
  readonly fault: Fault
  /** 0 to 1. */
  readonly probability: number
}

/** How an endpoint has been doing. Times are unix milliseconds. */
export interface Health {
  /** Attempts that failed since the last success. */
  readonly consecutiveFailures: number
  /** Deliveries whose schedule was exhausted since the last success. */
  readonly exhausted: number
  readonly failingSince: number | undefined
  readonly lastSuccessAt: number | undefined
}

/** What a webhook is made of and may be changed to. */
export interface WebhookSettings {
  readonly url: string
  readonly description: string
  /** Event names, `document.*`, or `*`. */
  readonly events: readonly string[]
  readonly active: boolean
  readonly filters: { readonly workspaceIds?: readonly string[] | undefined }
  /** Headers of the user's own; their values are never shown again. */
  readonly headers: Readonly<Record<string, string>>
  readonly retry: RetrySchedule
  /** Attempts at once. */
  readonly concurrency: number
  readonly rateLimit: { readonly requests: number; readonly perSeconds: number } | undefined
}

/** A registered endpoint. Times are unix milliseconds. */
export interface Webhook extends WebhookSettings {
  readonly seq: number
  readonly faults: readonly LikelyFault[]
  readonly health: Health
  readonly disabledReason: DisabledReason | undefined
  readonly disabledAt: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/** A signing secret of a webhook. Times are unix milliseconds. */
export interface Secret {
  readonly value: string
  readonly createdAt: number
  /** Undefined for the current one. */
  readonly expiresAt: number | undefined
}

/** The name of a webhook in the API. */
export const webhookId = (seq: number): string => `webhook-${seq}`
