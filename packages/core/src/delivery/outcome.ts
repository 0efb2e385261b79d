import type { Diagnosis } from '../diagnose/diagnosis.ts'
import {
  ERRORS,
  type FailureCode,
  type PayloadIssue,
  type RefusalDetail,
  type RejectionCode,
  type RetryCode,
  type VerificationCode,
} from '../errors.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { BodyRead } from './request.ts'

/**
 * Why the store does not have a run as done, so that a later attempt may run the event again: it was down and
 * `onStoreError` is `fail-open`, it did not take the completion (in time: it is still tried after the answer), or the
 * lease had been lost before the handlers ended.
 */
export type Unrecorded = 'store_skipped' | 'store_failed' | 'lease_lost'

/** What became of one delivery. `event` is there as soon as its signature was found genuine. */
export type Outcome =
  | {
      readonly outcome: 'processed'
      readonly event: AnyEvent
      readonly run: number
      /** Absent when the event is recorded as handled, as it should be. */
      readonly unrecorded?: Unrecorded
    }
  /** For hooks, when `verifyRequest` succeeds: the route itself answers. */
  | { readonly outcome: 'verified'; readonly event: AnyEvent }
  | { readonly outcome: 'accepted'; readonly event: AnyEvent }
  | { readonly outcome: 'duplicate'; readonly event: AnyEvent }
  | {
      readonly outcome: 'unhandled'
      readonly event: AnyEvent
      /** Where it is a failure: with `unhandled: 'reject'`, and in a worker. */
      readonly code?: 'unhandled_event'
      /** Only in a worker: when to look at the job again. Absent when it has waited long enough. */
      readonly retryAfterSeconds?: number
    }
  | { readonly outcome: 'in_flight'; readonly event: AnyEvent; readonly retryAfterSeconds: number }
  | (RefusalDetail & {
      readonly outcome: 'rejected'
      readonly code: RejectionCode
      readonly event?: AnyEvent
      /** The signed id of a genuine request whose body holds no event; absent where the headers have none. */
      readonly id?: string
      /** Which secret matched, of such a request. */
      readonly secretId?: string
      /** Which known mistake explains it; only with `diagnose: true`. */
      readonly diagnosis?: Diagnosis
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
      /** Which run it was; only where the handlers ran. */
      readonly run?: number
    })
  | {
      readonly outcome: 'retry_later'
      readonly code: RetryCode
      readonly retryAfterSeconds: number
      readonly event?: AnyEvent
      /**
       * For `deadline_exceeded`: the step that took the time, such as `secret` or `handlers`. For an outage: what is
       * wrong with the database, such as `table_missing`, where it is known.
       */
      readonly reason?: string
      /** The step in words. */
      readonly note?: string
      readonly error?: unknown
      readonly run?: number
    }
  | {
      readonly outcome: 'gone'
      readonly event: AnyEvent
      readonly error: unknown
      readonly run?: number
    }
  | {
      readonly outcome: 'parked'
      readonly event: AnyEvent
      /** `invalid_payload` when its data did not fit the schema, and no handler has run. */
      readonly reason?: 'invalid_payload'
      readonly error?: unknown
      readonly run?: number
    }

/** The name of an outcome. */
export type OutcomeName = Outcome['outcome']

/** One outcome by its name. */
export type OutcomeOf<Name extends OutcomeName> = Extract<Outcome, { outcome: Name }>

/** The HTTP answer to a delivery: the response alone, nothing that is known beside it. */
export interface Answer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Small constant JSON: the outcome or the code, and nothing else. */
  readonly body: string
}

const STATUS_OF_OUTCOME = {
  processed: 200,
  verified: 200,
  accepted: 202,
  duplicate: 200,
  unhandled: 200,
  in_flight: 409,
  gone: 410,
  parked: 200,
} as const

/** What is the same for all answers to an outcome or a code. */
type FixedAnswer = Omit<Answer, 'headers'>

const fixedAnswer = (status: number, body: object): FixedAnswer => ({
  status,
  body: JSON.stringify(body),
})

const codeAnswers: ReadonlyMap<string, FixedAnswer> = /* @__PURE__ */ (() =>
  new Map(
    Object.entries(ERRORS).map(([code, { status }]) => [
      code,
      fixedAnswer(status, { error: code }),
    ]),
  ))()

const outcomeAnswers: ReadonlyMap<string, FixedAnswer> = /* @__PURE__ */ (() =>
  new Map(
    Object.entries(STATUS_OF_OUTCOME).map(([outcome, status]) => [
      outcome,
      fixedAnswer(status, { outcome }),
    ]),
  ))()

const unknownOutcome = /* @__PURE__ */ fixedAnswer(500, { error: 'misconfigured' })

/** Made anew for each answer: some servers write into the headers that they are given. */
const headersOf = (outcome: Outcome): Record<string, string> => {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if ('retryAfterSeconds' in outcome) headers['retry-after'] = String(outcome.retryAfterSeconds)
  if (outcome.outcome === 'rejected' && outcome.code === 'method_not_allowed') {
    headers['allow'] = 'POST'
  }
  // On a connection that is kept, the sender's retries would come back to a process that ends.
  if ('code' in outcome && outcome.code === 'closing') headers['connection'] = 'close'
  return headers
}

/** Step 9: the answer to an outcome. Nothing that the request holds ever reaches it. */
export const answer = (outcome: Outcome): Answer => {
  const { status, body } =
    ('code' in outcome && outcome.code !== undefined
      ? codeAnswers.get(outcome.code)
      : outcomeAnswers.get(outcome.outcome)) ?? unknownOutcome
  return { status, headers: headersOf(outcome), body }
}

/** What `handle` gives: the outcome for you, and the HTTP answer for the sender. */
export type HandleResult = Outcome & Answer

type ReadCode = Exclude<Extract<BodyRead, { ok: false }>['code'], RetryCode>

/** A refusal as an outcome: our user's mistakes are failures, everything else is a rejection. */
export const refuse = (
  { ok: _, code, ...detail }: RefusalDetail & { ok: false; code: VerificationCode | ReadCode },
  event?: AnyEvent,
): Outcome => {
  const about = event === undefined ? detail : { ...detail, event }
  return code === 'misconfigured' || code === 'body_already_parsed'
    ? { outcome: 'failed', code, ...about }
    : { outcome: 'rejected', code, ...about }
}

/** The refusal of a known event whose data does not fit. */
export const refuseInvalid = (event: AnyEvent, issues: readonly PayloadIssue[]): Outcome =>
  refuse({ ok: false, code: 'invalid_payload', reason: 'schema_mismatch', issues }, event)
