import type { OpenEnum } from '../model/open-enum.ts'

/** How to fix each error of the platform, by its code. */
const FIXES = {
  UNAUTHORIZED: 'Check that `apiKey` is set, current, and made for this deployment.',
  HOST_NOT_ALLOWED:
    'Call the sender as `localhost` or `127.0.0.1`, or start it on the host that you use.',
  NOT_FOUND: 'Check the id, and that `baseUrl` is the deployment that it belongs to.',
  VALIDATION_ERROR: 'Correct the input: `details` names the field and the reason.',
  RATE_LIMITED: 'Send fewer requests at once, or raise `maxRetries`.',
  LIMIT_REACHED: 'Delete a webhook that is not needed, or add events to an existing one.',
  UNKNOWN_EVENT_TYPE: 'Use a name of `eventTypes.list()`, a group such as `document.*`, or `*`.',
  URL_NOT_ALLOWED: 'Give an https address that the public internet reaches, without credentials.',
  RESERVED_HEADER: 'Rename the header: the platform sets this one itself.',
  TOO_MANY_ACTIVE_SECRETS: 'Wait until an earlier secret has expired, then rotate again.',
  SCHEMA_MISMATCH: 'Correct the field in `details`, or emit with `validate: false`.',
  EVENT_ID_CONFLICT: 'Give the event another id: this one was emitted with a different body.',
  PAYLOAD_TOO_LARGE: 'Make the event smaller: send a link instead of the content.',
  DELIVERY_OPEN: 'Wait until the delivery is final, or cancel it first.',
  DELIVERY_CLOSED: 'Nothing to do: the delivery is final already.',
  WEBHOOK_INACTIVE:
    'Activate the webhook first, unless it was deleted: `webhooks.update(id, { active: true })`.',
  PAYLOAD_EXPIRED: 'Emit the event anew: the platform no longer has its body.',
  RANGE_TOO_LARGE: 'Ask for a shorter time: 14 days and 10 000 deliveries at most.',
  INVALID_RANGE: 'Let `since` be before `until`, 28 days apart at most.',
  IDEMPOTENCY_KEY_REUSED: 'Use a new `idempotencyKey`: this one was given to another request.',
  IDEMPOTENCY_KEY_IN_USE: 'Wait for the first request with this key to end.',
  CLOCK_IS_REAL: 'Start the sender with a virtual clock.',
  INTERNAL_ERROR: 'Try again later, and look at the log of the platform.',
  UNEXPECTED_ANSWER:
    'Check that `baseUrl` ends with the path of the API, such as `/api/v1`, and that no proxy answers in its place.',
} as const satisfies Record<string, string>

/**
 * The code of an error of the platform. `UNEXPECTED_ANSWER` is the client's own: the answer was not
 * the platform's JSON.
 */
export type ApiErrorCode = OpenEnum<keyof typeof FIXES>

const fixes = new Map<string, string>(Object.entries(FIXES))

/** One sentence on how to fix an error, also for codes that this version does not know. */
export const fixFor = (code: ApiErrorCode, status: number): string =>
  fixes.get(code) ??
  (status >= 500 ? 'Try again later: the platform failed.' : 'Look at `code` and `details`.')
