import type { Diagnosis } from './diagnose/diagnosis.ts'
import { DELIVERY_ERRORS, VERIFICATION_ERRORS } from './error-words.ts'

/**
 * Every code that this package can give, with what happened and how to mend it. Codes are stable:
 * a release may add one, never rename one. `docs/errors.md` lists the same table.
 */
export const ERRORS = /* @__PURE__ */ (() => ({ ...VERIFICATION_ERRORS, ...DELIVERY_ERRORS }))()

/** A stable code for one thing that can go wrong with a request. */
export type WebhookErrorCode = keyof typeof ERRORS

/** The codes with which verification itself (`verify`, `safeVerify`) can refuse a request. */
export type VerificationCode = keyof typeof VERIFICATION_ERRORS

/** One field of an event's data that does not fit its schema. */
export interface PayloadIssue {
  /** The field, as `data.error.code`; empty for the body as a whole. */
  readonly path: string
  /** What is wrong with it. Never contains the value. */
  readonly message: string
}

/** What is known about a refusal beyond its code. Goes to hooks and logs, never to the caller. */
export interface RefusalDetail {
  /** The header that is missing or malformed. */
  readonly header?: string
  /** How far the request's timestamp is from this machine's clock, in seconds; negative is in the past. */
  readonly skewSeconds?: number
  /** The fields that do not fit, for `invalid_payload`. */
  readonly issues?: readonly PayloadIssue[]
  /** A finer code for the log, such as `secret_expired`. */
  readonly reason?: string
  /** One more sentence about this very case. */
  readonly note?: string
  /** Which known mistake explains it; only with `diagnose: true`. */
  readonly diagnosis?: Diagnosis
}

const brand = /* @__PURE__ */ Symbol.for('@ainexlayer/webhooks.error')

/**
 * The base of every error that this package throws. Recognise it with {@link isWebhookError} and
 * tell cases apart by `code`; `instanceof` fails when two copies of the package are installed.
 */
export class WebhookError extends Error {
  override readonly name: string = 'WebhookError'
  /** The stable code. */
  readonly code: string
  /** How to mend it, in one sentence. */
  readonly fix: string
  readonly [brand] = true

  constructor(code: string, message: string, fix: string, options?: ErrorOptions) {
    super(`${message} ${fix}`, options)
    this.code = code
    this.fix = fix
  }
}

/** A request that could not be verified; thrown by `verify` only, with the code of the refusal. */
export class WebhookVerificationError extends WebhookError {
  override readonly name = 'WebhookVerificationError'
  declare readonly code: VerificationCode
  /** What else is known about the refusal. Holds no body, no signature and no secret. */
  readonly detail: RefusalDetail

  constructor(code: VerificationCode, detail: RefusalDetail = {}) {
    const { message, fix } = VERIFICATION_ERRORS[code]
    super(code, detail.note === undefined ? message : `${message} ${detail.note}`, fix)
    this.detail = detail
  }
}

/** The codes of {@link WebhookConfigurationError}. */
export type ConfigurationCode =
  | 'secret_missing'
  | 'secret_malformed'
  | 'secret_too_short'
  | 'secret_encoding_unknown'
  | 'option_invalid'
  | 'event_unknown'
  | 'registration_closed'
  | 'input_invalid'

/** A mistake in how this package is used: a secret, an option, an argument. Thrown where it is made. */
export class WebhookConfigurationError extends WebhookError {
  override readonly name = 'WebhookConfigurationError'
  declare readonly code: ConfigurationCode

  constructor(code: ConfigurationCode, message: string, fix: string) {
    super(code, message, fix)
  }
}

/**
 * Thrown by an idempotency store that did not answer or is full; the receiver answers 503 so that
 * the sender retries. A conflict is never an error: it is a value of `ClaimOutcome`.
 */
export class StoreUnavailableError extends WebhookError {
  override readonly name = 'StoreUnavailableError'
  declare readonly code: 'store_unavailable'

  constructor(note: string, options?: ErrorOptions) {
    const { message, fix } = DELIVERY_ERRORS.store_unavailable
    super('store_unavailable', `${message} ${note}`, fix, options)
  }
}

/** Whether `error` comes from this package, whichever copy of it. Narrow further by `code`. */
export const isWebhookError = (error: unknown): error is WebhookError =>
  typeof error === 'object' && error !== null && brand in error
