import { type ApiErrorCode, fixFor } from './error-codes.ts'

const brand = Symbol.for('@ainexlayer/webhooks-client.error')

/** Which class an error of this package is of, whichever copy of the package made it. */
type Kind = 'api' | 'connection' | 'timeout' | 'usage'

/**
 * The base of every error that this package throws; the reason of an aborted `signal` is the only
 * other thing that a call can reject with. Recognise it with {@link isClientError}: `instanceof`
 * fails when two copies of the package are installed.
 */
export abstract class ClientError extends Error {
  /** The stable code. */
  abstract readonly code: string
  /** How to fix it, in one sentence. */
  readonly fix: string
  /** Which class it is of. */
  readonly [brand]: Kind

  constructor(kind: Kind, message: string, fix: string, options?: ErrorOptions) {
    super(`${message} ${fix}`, options)
    this[brand] = kind
    this.fix = fix
  }
}

/** What the platform says about an error; for VALIDATION_ERROR the field and the reason. */
export interface ErrorDetails {
  /** The field of the input that does not fit, such as `url`. */
  readonly field?: string
  /** Why it does not fit. */
  readonly reason?: string
  readonly [key: string]: unknown
}

/** What {@link ApiError} is made of. */
export interface ApiErrorFields {
  /** The HTTP status. */
  status: number
  /** The platform's code. */
  code: ApiErrorCode
  /** What happened, in one sentence. */
  message: string
  /** What the platform says about it. */
  details?: ErrorDetails | undefined
  /** The header `x-request-id` of the answer. */
  requestId?: string | undefined
  /** The header `retry-after` of the answer, in milliseconds. */
  retryAfterMs?: number | undefined
}

/**
 * The platform answered with an error, or (`UNEXPECTED_ANSWER`) with something that is not its JSON.
 *
 * @example
 * try {
 *   await client.webhooks.get('webhook-9')
 * } catch (error) {
 *   if (isApiError(error) && error.code === 'NOT_FOUND') return undefined
 *   throw error
 * }
 */
export class ApiError extends ClientError {
  override readonly name = 'ApiError'
  /** The platform's code, such as NOT_FOUND. */
  readonly code: ApiErrorCode
  /** The HTTP status; 0 where a browser hides it. */
  readonly status: number
  /** What the platform says about it, if anything. */
  readonly details: ErrorDetails | undefined
  /** The id under which the platform logged the request, if it gave one. */
  readonly requestId: string | undefined
  /** How long the platform asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(fields: ApiErrorFields) {
    super('api', fields.message, fixFor(fields.code, fields.status))
    this.code = fields.code
    this.status = fields.status
    this.details = fields.details
    this.requestId = fields.requestId
    this.retryAfterMs = fields.retryAfterMs
  }
}

/** No answer came: the name does not resolve, nothing listens, or the connection broke. See `cause`. */
export class ApiConnectionError extends ClientError {
  override readonly name = 'ApiConnectionError'
  readonly code = 'connection_failed'

  constructor(request: string, options?: ErrorOptions) {
    super(
      'connection',
      `${request} got no answer: the connection failed.`,
      'Check that `baseUrl` is right and reachable from here; `cause` says what the network said.',
      options,
    )
  }
}

/** The whole answer did not arrive in time. The platform may have done what was asked all the same. */
export class ApiTimeoutError extends ClientError {
  override readonly name = 'ApiTimeoutError'
  readonly code = 'timeout'

  constructor(request: string, timeoutMs: number) {
    super(
      'timeout',
      `${request} was not answered within ${timeoutMs} ms.`,
      'Look at the network path to the platform, or raise `timeoutMs`.',
    )
  }
}

/** A mistake in how the client is used: an option or an argument. Nothing was sent. */
export class ApiUsageError extends ClientError {
  override readonly name = 'ApiUsageError'
  readonly code: 'option_invalid' | 'input_invalid'

  constructor(code: ApiUsageError['code'], message: string, fix: string, options?: ErrorOptions) {
    super('usage', message, fix, options)
    this.code = code
  }
}

const kindOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && brand in error ? error[brand] : undefined

/** Whether `error` comes from this package, whichever copy of it. */
export const isClientError = (error: unknown): error is ClientError => kindOf(error) !== undefined

/** Whether the platform answered with an error; tell cases apart by `code` and `status`. */
export const isApiError = (error: unknown): error is ApiError => kindOf(error) === 'api'

/** Whether no answer came because the connection failed. */
export const isApiConnectionError = (error: unknown): error is ApiConnectionError =>
  kindOf(error) === 'connection'

/** Whether the answer did not come in time. */
export const isApiTimeoutError = (error: unknown): error is ApiTimeoutError =>
  kindOf(error) === 'timeout'

/** Whether the client was used wrongly, so that nothing was sent. */
export const isApiUsageError = (error: unknown): error is ApiUsageError => kindOf(error) === 'usage'
