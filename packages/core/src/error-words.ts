/** What happened, and how to mend it: one sentence each. */
export interface ErrorWords {
  readonly message: string
  readonly fix: string
}

/** The words of the codes with which verification itself can refuse a request. */
export const VERIFICATION_ERRORS = {
  missing_header: {
    message: 'A header that the profile needs is absent or empty.',
    fix: 'Check that the sender signs its requests, and that no proxy drops the webhook headers.',
  },
  malformed_header: {
    message: 'The id or the timestamp header does not have the form that the profile asks for.',
    fix: 'The id is one printable token without a dot or a comma, sent once; the timestamp is a plain integer in unix seconds.',
  },
  invalid_signature: {
    message: 'No signature in the request matches the body under any active secret.',
    fix: 'Check that the secret is the one of this endpoint, and that nothing parses or re-encodes the body before it is verified.',
  },
  timestamp_too_old: {
    message: 'The request was signed longer ago than the tolerance allows.',
    fix: 'Compare the clocks of both machines (NTP); to verify a stored delivery, pass the time it arrived as `now`.',
  },
  timestamp_too_new: {
    message: 'The request was signed further in the future than the tolerance allows.',
    fix: 'Compare the clocks of both machines (NTP); a 13-digit timestamp is milliseconds where seconds are due.',
  },
  invalid_payload: {
    message: 'The signature is genuine, yet the body is not a usable event.',
    fix: 'Look at `issues` for the field; register `onInvalid` to handle such events, or replace the schema in `events`.',
  },
  body_already_parsed: {
    message: 'Something read the body before the receiver, and its bytes are gone.',
    fix: 'Mount the webhook route before the body parser, or let the parser keep the bytes in `req.rawBody`.',
  },
  misconfigured: {
    message: 'The receiver is not configured well enough to judge the request.',
    fix: 'Read the log line: it names the option, most often a secret that is missing at run time.',
  },
} as const satisfies Record<string, ErrorWords>

/** The words of all other codes, apart from the first so that a bundle with `verify` alone goes without them. */
export const DELIVERY_ERRORS = {
  address_not_allowed: {
    message: 'The address of the caller is not on the allowlist, or is unknown.',
    fix: 'Add the address of the sender to the allowlist; behind a proxy, give the adapter a trusted client address.',
  },
  method_not_allowed: {
    message: 'The request is not a POST.',
    fix: 'Send webhooks with POST.',
  },
  body_read_timeout: {
    message: 'The body did not arrive completely within `readTimeoutMs`.',
    fix: 'Look at the network path to the sender, or raise `readTimeoutMs`.',
  },
  body_incomplete: {
    message: 'The connection ended before the whole body had arrived.',
    fix: 'Nothing to mend here: the sender retries. If it is frequent, look at the proxies in between.',
  },
  body_too_large: {
    message: 'The body is larger than `maxBodyBytes`.',
    fix: 'Raise `maxBodyBytes` if the platform really sends bodies of this size.',
  },
  id_reused: {
    message: 'An event with this signed id was received before with different bytes.',
    fix: 'Ask the sender why one id carries two bodies; the second one was not run.',
  },
  unhandled_event: {
    message: 'The event is genuine, no handler listens to it, and `unhandled` is `reject`.',
    fix: 'Register a handler for it, or leave `unhandled` at `ack`.',
  },
  rate_limited: {
    message: 'The throttle refused the request.',
    fix: 'Raise the limit of the throttle if genuine deliveries are refused.',
  },
  handler_failed: {
    message: 'A handler threw; the claim is released, and the retry of the sender runs it again.',
    fix: 'Look at the error in the log; throw `RetryLater` or `PermanentFailure` to steer the retries.',
  },
  store_unavailable: {
    message: 'The idempotency store did not answer, so the event could not be claimed.',
    fix: 'Look at the store; the sender retries after Retry-After.',
  },
  queue_unavailable: {
    message: 'The queue did not confirm the event.',
    fix: 'Look at the queue; the sender retries after Retry-After.',
  },
  deadline_exceeded: {
    message: 'The handlers did not finish within `deadlineMs`; they keep the claim while they run.',
    fix: 'Make the handlers faster, or hand the events to a queue with `dispatch`.',
  },
  retry_later: {
    message: 'A handler threw `RetryLater`; the claim is released.',
    fix: 'Nothing to mend: the handler asked for it.',
  },
} as const satisfies Record<string, ErrorWords>
