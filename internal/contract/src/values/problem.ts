/** The HTTP status of each error code of the API. */
export const problemStatuses = {
  UNKNOWN_EVENT_TYPE: 400,
  URL_NOT_ALLOWED: 400,
  RESERVED_HEADER: 400,
  SCHEMA_MISMATCH: 400,
  RANGE_TOO_LARGE: 400,
  INVALID_RANGE: 400,
  UNAUTHORIZED: 401,
  HOST_NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  LIMIT_REACHED: 409,
  TOO_MANY_ACTIVE_SECRETS: 409,
  EVENT_ID_CONFLICT: 409,
  DELIVERY_OPEN: 409,
  DELIVERY_CLOSED: 409,
  WEBHOOK_INACTIVE: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
  IDEMPOTENCY_KEY_IN_USE: 409,
  CLOCK_IS_REAL: 409,
  PAYLOAD_EXPIRED: 410,
  PAYLOAD_TOO_LARGE: 413,
  VALIDATION_ERROR: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
} as const

/** The code of an error answer. */
export type ProblemCode = keyof typeof problemStatuses

/** What a problem may say beyond its code and message. */
export interface ProblemOptions {
  /** For a VALIDATION_ERROR the `field` and the `reason`. */
  readonly details?: Readonly<Record<string, unknown>>
  /** Seconds, sent as Retry-After. */
  readonly retryAfterSeconds?: number
}

/** An error that the API answers with its own status and code. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  /** The HTTP status that belongs to the code. */
  readonly status: (typeof problemStatuses)[ProblemCode]
  readonly details: Readonly<Record<string, unknown>> | undefined
  /** Seconds, sent as Retry-After. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message)
    this.code = code
    this.status = problemStatuses[code]
    this.details = options.details
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** The error for an id that names nothing. */
export const notFound = (what: string, id: string): Problem =>
  new Problem('NOT_FOUND', `There is no ${what} ${id}.`)

/** A problem as the API shows it. */
export const errorView = ({ code, message, details }: Problem) => ({
  code,
  message,
  ...(details && { details }),
})

/** The body of an error answer. */
export const problemBody = (problem: Problem) => ({
  success: false as const,
  error: errorView(problem),
})
