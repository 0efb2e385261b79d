import { ApiError, type ErrorDetails } from '../errors/errors.ts'
import { isRecord } from './is-record.ts'
import { readRetryAfter } from './retry-after.ts'

/** The platform's answer to a request that succeeded. */
export interface Answer {
  /** An object or an array. */
  readonly data: object
  readonly pagination: unknown
}

/** What is needed to judge an answer. */
export interface Exchange {
  /** The request for humans, such as `GET /webhooks/webhook-1`. */
  readonly request: string
  readonly response: Response
  readonly text: string
  readonly apiKey: string
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** An error for an answer that is not the platform's JSON. Quotes none of it: it may be anything. */
export const unexpectedAnswer = (
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  what: string,
): ApiError =>
  new ApiError({
    status: response.status,
    code: 'UNEXPECTED_ANSWER',
    message: `${request} was answered ${response.status} with ${what}.`,
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterMs: readRetryAfter(response.headers.get('retry-after'), Date.now()),
  })

const detailsOf = (value: unknown): ErrorDetails | undefined => {
  if (typeof value === 'string') return { reason: value }
  if (!isRecord(value)) return undefined
  const { field, reason, ...others } = value
  return {
    ...others,
    ...(typeof field === 'string' && { field }),
    ...(typeof reason === 'string' && { reason }),
  }
}

const withoutFullStop = (sentence: string) => sentence.replace(/[.\s]+$/, '')

const apiError = (
  { request, response, apiKey }: Exchange,
  error: unknown,
): ApiError | undefined => {
  // A platform that quotes the key back must not carry it into the caller's logs.
  const clean: unknown = JSON.parse(JSON.stringify(error ?? null), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(apiKey, '[redacted]') : value,
  )
  if (!isRecord(clean) || typeof clean['code'] !== 'string') return undefined
  const said = typeof clean['message'] === 'string' ? `: ${withoutFullStop(clean['message'])}` : ''
  return new ApiError({
    status: response.status,
    code: clean['code'],
    message: `${request} was answered ${response.status} ${clean['code']}${said}.`,
    details: detailsOf(clean['details']),
    requestId: response.headers.get('x-request-id') ?? undefined,
    retryAfterMs: readRetryAfter(response.headers.get('retry-after'), Date.now()),
  })
}

/** The data of an answer. Throws {@link ApiError} for an error, and for what is not the platform's JSON. */
export const readAnswer = (exchange: Exchange): Answer => {
  const { response, text } = exchange
  const redirected =
    response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)
  if (redirected) throw unexpectedAnswer(exchange, 'a redirect, which is not followed')
  const body = parse(text)
  if (!isRecord(body)) throw unexpectedAnswer(exchange, 'something that is not a JSON object')
  const { data, pagination } = body
  if (response.ok && body['success'] === true && typeof data === 'object' && data !== null) {
    return { data, pagination }
  }
  throw apiError(exchange, body['error']) ?? unexpectedAnswer(exchange, 'JSON of another form')
}
