/** One code: what becomes of the request, and its words. */
interface ErrorEntry {
  /** The name of the outcome that carries the code. */
  readonly outcome: 'rejected' | 'failed' | 'retry_later' | 'throttled' | 'unhandled'
  /** The HTTP status of the answer. */
  readonly status: number
  /** What happened, in one sentence. */
  readonly message: string
  /** How to mend it, in one sentence. */
  readonly fix: string
}

/** The words of codes that a refusal and its diagnosis share; apart, so that a bundle without either goes without them. */
export const SHARED_WORDS = {
  missing_header: {
    message: 'A header that the profile needs is absent or empty.',
    fix: 'Check that the sender signs its requests, and that no proxy drops the webhook headers.',
  },
  malformed_header: {
    message: 'The id or the timestamp header does not have the form that the profile asks for.',
    fix: 'The id is one printable token without a dot or a comma, sent once; the timestamp is a plain integer in unix seconds.',
  },
  body_already_parsed: {
    message: 'Something read the body before the receiver, and its bytes are gone.',
    fix: 'Mount the webhook route before the body parser, or let the parser keep the bytes in `req.rawBody`.',
  },
} as const

/** The codes with which verification itself can refuse a request. */
export const VERIFICATION_ERRORS = /* @__PURE__ */ (() =>
  ({
    missing_header: { outcome: 'rejected', status: 400, ...SHARED_WORDS.missing_header },
    malformed_header: { outcome: 'rejected', status: 400, ...SHARED_WORDS.malformed_header },
    invalid_signature: {
      outcome: 'rejected',
      status: 401,
      message: 'No signature in the request matches the body under any active secret.',
      fix: 'Check that the secret is the one of this endpoint, and that nothing parses or re-encodes the body before it is verified.',
    },
    timestamp_too_old: {
      outcome: 'rejected',
      status: 401,
      message: 'The request was signed longer ago than the tolerance allows.',
      fix: 'Compare the clocks of both machines (NTP); to verify a stored delivery, pass the time it arrived as `now`.',
    },
    timestamp_too_new: {
      outcome: 'rejected',
      status: 401,
      message: 'The request was signed further in the future than the tolerance allows.',
      fix: 'Compare the clocks of both machines (NTP); a 13-digit timestamp is milliseconds where seconds are due.',
    },
    invalid_payload: {
      outcome: 'rejected',
      status: 422,
      message: 'The signature is genuine, yet the body is not a usable event.',
      fix: 'Look at `issues` for the field; register `onInvalid` to handle such events, or replace the schema in `events`.',
    },
    body_already_parsed: { outcome: 'failed', status: 500, ...SHARED_WORDS.body_already_parsed },
    misconfigured: {
      outcome: 'failed',
      status: 500,
      message: 'The receiver is not configured well enough to judge the request.',
      fix: 'Read the log line: it names the option, most often a secret that is missing at run time.',
    },
  }) as const satisfies Record<string, ErrorEntry>)()

/** All other codes of a delivery; a table of its own, so that a bundle with `verify` alone goes without it. */
export const DELIVERY_ERRORS = {
  address_not_allowed: {
    outcome: 'rejected',
    status: 403,
    message: 'The address of the caller is not on the allowlist, or is unknown.',
    fix: 'Add the address of the sender to the allowlist; behind a proxy, give the adapter a trusted client address.',
  },
  method_not_allowed: {
    outcome: 'rejected',
    status: 405,
    message: 'The request is not a POST.',
    fix: 'Send webhooks with POST.',
  },
  body_read_timeout: {
    outcome: 'rejected',
    status: 408,
    message: 'The body did not arrive completely within `readTimeoutMs`.',
    fix: 'Look at the network path to the sender, or raise `readTimeoutMs`.',
  },
  body_incomplete: {
    outcome: 'rejected',
    status: 400,
    message: 'The connection ended before the whole body had arrived.',
    fix: 'Nothing to mend here: the sender retries. If it is frequent, look at the proxies in between.',
  },
  body_too_large: {
    outcome: 'rejected',
    status: 413,
    message: 'The body is larger than `maxBodyBytes`.',
    fix: 'Raise `maxBodyBytes` if the platform really sends bodies of this size.',
  },
  id_reused: {
    outcome: 'rejected',
    status: 422,
    message: 'An event with this signed id was received before with different bytes.',
    fix: 'Ask the sender why one id carries two bodies; the second one was not run. If its retries differ in a counter or a time, set `fingerprint` or `onIdReused`.',
  },
  unhandled_event: {
    outcome: 'unhandled',
    status: 422,
    message: 'The event is genuine, and no handler listens to it.',
    fix: 'Register a handler for it, or leave `unhandled` at `ack`; with a queue, deploy the workers before the receivers.',
  },
  rate_limited: {
    outcome: 'throttled',
    status: 429,
    message: 'The throttle refused the request.',
    fix: 'Raise the limit of the throttle if genuine deliveries are refused.',
  },
  handler_failed: {
    outcome: 'failed',
    status: 500,
    message: 'A handler threw; the claim is released, and the retry of the sender runs it again.',
    fix: 'Look at the error in the log; throw `RetryLater` or `PermanentFailure` to steer the retries.',
  },
  transaction_broken: {
    outcome: 'failed',
    status: 500,
    message:
      'The transaction of `ctx.tx` could not be committed: a handler ended it, swallowed the error of a statement in it, or wrote what the database refused at the end (see the cause); nothing is recorded as done.',
    fix: 'Use SAVEPOINT, RELEASE and ROLLBACK TO in handlers, not BEGIN, COMMIT or ROLLBACK; await every statement, let errors through, and keep deferred constraints.',
  },
  too_many_bodies: {
    outcome: 'retry_later',
    status: 503,
    message: 'Too many bodies are being read at a time, so this one was not.',
    fix: 'Look for slow or hostile callers; raise `maxBodiesInFlight` if the sender really delivers so many at once.',
  },
  store_unavailable: {
    outcome: 'retry_later',
    status: 503,
    message: 'The store did not take the event.',
    fix: 'Check that it runs and can be reached; the sender retries after Retry-After.',
  },
  queue_unavailable: {
    outcome: 'retry_later',
    status: 503,
    message: 'The queue did not confirm the event.',
    fix: 'Check that it runs and can be reached; the sender retries after Retry-After.',
  },
  deadline_exceeded: {
    outcome: 'retry_later',
    status: 503,
    message: 'The delivery was not done in time (`deadlineMs`, in a worker `maxRunMs`).',
    fix: 'Look at the step that took the time; handlers that need longer belong behind a queue (`dispatch`).',
  },
  closing: {
    outcome: 'retry_later',
    status: 503,
    message: 'The receiver closes.',
    fix: 'Nothing to mend: the sender retries.',
  },
  retry_later: {
    outcome: 'retry_later',
    status: 503,
    message: 'A handler threw `RetryLater`; the claim is released.',
    fix: 'Nothing to mend: the handler asked for it.',
  },
} as const satisfies Record<string, ErrorEntry>

/** The codes of {@link WebhookConfigurationError}, with what each one means. The error itself names the value and the fix. */
export const CONFIGURATION_ERRORS = {
  secret_missing: 'A secret is missing, empty, or only quotes and whitespace.',
  secret_malformed:
    'A secret cannot be decoded, or is an API key, an ed25519 key or has `v1,` in front.',
  secret_too_short: 'A `whsec_` secret has fewer than 24 bytes.',
  secret_encoding_unknown: 'A secret has neither `whsec_` in front nor an `encoding`.',
  option_invalid: 'An option cannot work, or has a name that does not exist.',
  endpoint_missing:
    'A receiver that keeps events outside of its process was not named, or a replay by id does not say of which receiver.',
  event_unknown: '`on` or `fixture` was given a name that the catalog does not have.',
  registration_closed: 'A handler was registered after the first genuine delivery.',
  input_invalid: 'An argument of `sign`, or headers that are a promise or not an object.',
} as const

/**
 * Every code that a delivery can end with: its outcome, its status, what happened and how to mend it. Codes are
 * stable: a release may add one, never rename one. `docs/errors.md` lists the same table.
 */
export const ERRORS = /* @__PURE__ */ (() => ({ ...VERIFICATION_ERRORS, ...DELIVERY_ERRORS }))()

/** A stable code for one thing that can go wrong with a request. */
export type WebhookErrorCode = keyof typeof ERRORS

/** The codes with which verification itself (`verify`, `safeVerify`) can refuse a request. */
export type VerificationCode = keyof typeof VERIFICATION_ERRORS

/** The codes that go with one outcome. */
type CodeOf<Outcome extends ErrorEntry['outcome']> = {
  [Code in WebhookErrorCode]: (typeof ERRORS)[Code]['outcome'] extends Outcome ? Code : never
}[WebhookErrorCode]

/** The codes with which a request is refused. */
export type RejectionCode = CodeOf<'rejected'>

/** The codes of a failure on our user's side. */
export type FailureCode = CodeOf<'failed'>

/** The codes with which the sender is asked to come again. */
export type RetryCode = CodeOf<'retry_later'>

/** One field of an event's data that does not fit its schema. */
export interface PayloadIssue {
  /**
   * The field, as `data.error.code`; empty for the body as a whole. A key that is no plain name, or holds four digits in
   * a row, is written `*`; of a longer path the first 32 steps are told.
   */
  readonly path: string
  /** What is wrong with it: the schema's rule, in words that libraries have for it, and the kind of what stands there. */
  readonly message: string
}

/** What is known about a refusal beyond its code. Goes to hooks and logs, never to the caller. */
export interface RefusalDetail {
  /** The header that is missing or malformed. */
  readonly header?: string
  /** How far the request's timestamp is from this machine's clock, in seconds; negative is in the past. */
  readonly skewSeconds?: number
  /** The fields that do not fit, 20 at most, for `invalid_payload`. */
  readonly issues?: readonly PayloadIssue[]
  /** A finer code for the log, such as `secret_expired`. */
  readonly reason?: string
  /** One more sentence about this very case. */
  readonly note?: string
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
export type ConfigurationCode = keyof typeof CONFIGURATION_ERRORS

/** A mistake in how this package is used: a secret, an option, an argument. Thrown where it is made. */
export class WebhookConfigurationError extends WebhookError {
  override readonly name = 'WebhookConfigurationError'
  declare readonly code: ConfigurationCode

  constructor(code: ConfigurationCode, message: string, fix: string, options?: ErrorOptions) {
    super(code, message, fix, options)
  }
}

/** Whether `error` comes from this package, whichever copy of it. Narrow further by `code`. */
export const isWebhookError = (error: unknown): error is WebhookError =>
  typeof error === 'object' && error !== null && brand in error
