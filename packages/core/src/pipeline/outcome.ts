import type { RefusalDetail, WebhookErrorCode } from '../errors.ts'
import type { SignedEvent } from '../events/event-of.ts'

/** An event as the pipeline handles it: its type and data are whatever the schema let through. */
export type AnyEvent = SignedEvent<string, unknown>

/** The codes with which a request is refused. */
export type RejectionCode =
  | 'missing_header'
  | 'malformed_header'
  | 'invalid_signature'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'address_not_allowed'
  | 'method_not_allowed'
  | 'body_read_timeout'
  | 'body_incomplete'
  | 'body_too_large'
  | 'invalid_payload'
  | 'id_reused'

/** The codes of a failure on our user's side. */
export type FailureCode = 'handler_failed' | 'misconfigured' | 'body_already_parsed'

/** The codes with which the sender is asked to come again. */
export type RetryCode =
  | 'store_unavailable'
  | 'queue_unavailable'
  | 'deadline_exceeded'
  | 'retry_later'

/** What became of one delivery. `event` is there as soon as its signature was found genuine. */
export type Outcome =
  | { readonly outcome: 'processed'; readonly event: AnyEvent; readonly attempt: number }
  | { readonly outcome: 'accepted'; readonly event: AnyEvent }
  | { readonly outcome: 'duplicate'; readonly event: AnyEvent }
  | { readonly outcome: 'unhandled'; readonly event: AnyEvent; readonly code?: 'unhandled_event' }
  | { readonly outcome: 'in_flight'; readonly event: AnyEvent; readonly retryAfterSeconds: number }
  | (RefusalDetail & {
      readonly outcome: 'rejected'
      readonly code: RejectionCode
      readonly event?: AnyEvent
    })
  | {
      readonly outcome: 'throttled'
      readonly code: 'rate_limited'
      readonly retryAfterSeconds: number
    }
  | (RefusalDetail & {
      readonly outcome: 'failed'
      readonly code: FailureCode
      readonly event?: AnyEvent
      /** What a handler threw. */
      readonly error?: unknown
    })
  | {
      readonly outcome: 'retry_later'
      readonly code: RetryCode
      readonly retryAfterSeconds: number
      readonly event?: AnyEvent
      readonly error?: unknown
    }
  | { readonly outcome: 'gone'; readonly event: AnyEvent; readonly error: unknown }
  | { readonly outcome: 'parked'; readonly event: AnyEvent; readonly error?: unknown }

/** The name of an outcome. */
export type OutcomeName = Outcome['outcome']

/** One outcome by its name. */
export type OutcomeOf<Name extends OutcomeName> = Extract<Outcome, { outcome: Name }>

/** The HTTP answer to a delivery. */
export interface Answer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Small constant JSON: the outcome or the code, and nothing else. */
  readonly body: string
}

/** The status of each code; the same code always gets the same answer. */
export const STATUS_OF_CODE = {
  missing_header: 400,
  malformed_header: 400,
  body_incomplete: 400,
  invalid_signature: 401,
  timestamp_too_old: 401,
  timestamp_too_new: 401,
  address_not_allowed: 403,
  method_not_allowed: 405,
  body_read_timeout: 408,
  body_too_large: 413,
  invalid_payload: 422,
  id_reused: 422,
  unhandled_event: 422,
  rate_limited: 429,
  handler_failed: 500,
  misconfigured: 500,
  body_already_parsed: 500,
  store_unavailable: 503,
  queue_unavailable: 503,
  deadline_exceeded: 503,
  retry_later: 503,
} as const satisfies Record<WebhookErrorCode, number>

const STATUS_OF_OUTCOME = {
  processed: 200,
  accepted: 202,
  duplicate: 200,
  unhandled: 200,
  in_flight: 409,
  gone: 410,
  parked: 200,
} as const

const json = { 'content-type': 'application/json' } as const

const answerTo = (status: number, body: object): Answer => ({
  status,
  headers: json,
  body: JSON.stringify(body),
})

const codeAnswers: ReadonlyMap<string, Answer> = /* @__PURE__ */ (() =>
  new Map(
    Object.entries(STATUS_OF_CODE).map(([code, status]) => [
      code,
      answerTo(status, { error: code }),
    ]),
  ))()

const outcomeAnswers: ReadonlyMap<string, Answer> = /* @__PURE__ */ (() =>
  new Map(
    Object.entries(STATUS_OF_OUTCOME).map(([outcome, status]) => [
      outcome,
      answerTo(status, { outcome }),
    ]),
  ))()

const unknownOutcome = /* @__PURE__ */ answerTo(500, { error: 'misconfigured' })

/** Step 9: the answer to an outcome. Nothing that the request holds ever reaches it. */
export const answer = (outcome: Outcome): Answer => {
  const base =
    ('code' in outcome && outcome.code !== undefined
      ? codeAnswers.get(outcome.code)
      : outcomeAnswers.get(outcome.outcome)) ?? unknownOutcome
  if ('retryAfterSeconds' in outcome) {
    return { ...base, headers: { ...json, 'retry-after': String(outcome.retryAfterSeconds) } }
  }
  if (outcome.outcome === 'rejected' && outcome.code === 'method_not_allowed') {
    return { ...base, headers: { ...json, allow: 'POST' } }
  }
  return base
}
