/** A part of the span of statistics. */
export interface StatsBucket {
  /** When it begins, ISO 8601. */
  start: string
  total: number
  delivered: number
  failed: number
  attempts: number
}

/** Statistics of the deliveries to one webhook, or to all. */
export interface WebhookStats {
  /** The span, to whole hours: counts are kept by the hour. */
  since: string
  until: string
  /** All deliveries of the span. */
  total: number
  delivered: number
  failed: number
  retrying: number
  pending: number
  cancelled: number
  /** The share of finished deliveries that succeeded, 0 to 1; `null` when none has finished. */
  successRate: number | null
  /** The share of attempted deliveries that the first attempt delivered, 0 to 1; `null` when there is none. */
  firstAttemptSuccessRate: number | null
  /** All attempts. */
  attempts: number
  /** How long attempts took, in milliseconds; `null` when there is none. */
  latencyMs: { p50: number | null; p95: number | null; p99: number | null }
  /** Attempts by the status code of the answer; `none` where there was no answer. */
  byStatusCode: Record<string, number>
  /** Deliveries by the type of the event. */
  byEventType: Record<string, number>
  /** The parts in which there was something, if a `bucket` was asked for. */
  buckets: StatsBucket[]
}

/** The result of `webhooks.recover`. */
export interface RecoverResult {
  /** Deliveries that fit the query and whose event did not succeed later. */
  matched: number
  /** How many of them will be sent again: 0 for a dry run. */
  queued: number
}
