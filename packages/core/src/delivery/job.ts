import { decodeBase64, encodeBase64 } from '../encoding/base64.ts'
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { GenuineDelivery } from './delivery.ts'

/**
 * A genuine delivery as a job of a queue: plain JSON that any engine can store. It holds no secret and
 * no signature; whoever can write to the queue can make the workers run events.
 */
export interface QueueJob {
  /** The version of this shape. */
  readonly v: 1
  /** The event's id, for people and logs: characters that JSON columns refuse are replaced. */
  readonly id: string
  /** The event's type, with the same characters replaced. */
  readonly type: string
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** When the request arrived, unix milliseconds. */
  readonly receivedAt: number
  /** When the attempt was signed, unix seconds; absent when the profile signs no time. */
  readonly signedAt?: number
  /** Which secret matched. */
  readonly secretId: string
  /** The bytes that were signed, as text or in base64. */
  readonly body: { readonly text: string } | { readonly base64: string }
  /** The headers of the request, lower-case names, without signatures and credentials. */
  readonly headers: Readonly<Record<string, string>>
  /** The W3C trace context of the request, which is also among the headers. */
  readonly traceparent?: string
}

/** A job that was read back. */
export interface ReadJob extends Omit<GenuineDelivery, 'event'> {
  readonly id: string
  readonly secretId: string
}

/** Half a surrogate pair, or NUL: a Postgres `jsonb` refuses both. */
const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A text that every engine can store. */
export const storable = (text: string): string => text.replace(unstorable, '\ufffd')

const hasByteOrderMark = ([a, b, c]: Uint8Array): boolean => a === 0xef && b === 0xbb && c === 0xbf

const bodyOf = (bytes: Uint8Array): QueueJob['body'] => {
  // Decoding drops a byte order mark, and with it the bytes would no longer be those that were signed.
  const text = hasByteOrderMark(bytes) ? undefined : decodeUtf8(bytes)
  return text === undefined || text.includes('\0') ? { base64: encodeBase64(bytes) } : { text }
}

/**
 * Makes the job of a delivery, for a `dispatch` of your own. Plain JSON.
 *
 * @example
 * const dispatch: Dispatch = (delivery) => queue.put(JSON.stringify(toJob(delivery)))
 */
export const toJob = ({
  event,
  rawBody,
  signedAt,
  receivedAtMs,
  endpoint,
  headers,
}: GenuineDelivery): QueueJob => {
  const traceparent = headers['traceparent']
  return {
    v: 1,
    id: storable(event.id),
    type: storable(event.type),
    endpoint,
    receivedAt: receivedAtMs,
    ...(signedAt === undefined ? {} : { signedAt }),
    secretId: event.secretId,
    body: bodyOf(rawBody),
    headers,
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

const malformed = (what: string): WebhookConfigurationError =>
  new WebhookConfigurationError(
    'input_invalid',
    `The job was not made by \`toJob\`: ${what}.`,
    'Keep a queue for webhooks alone, fill it with `toJob`, and update the workers before the receivers.',
  )

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (job: Readonly<Record<string, unknown>>, name: string): string => {
  const value = job[name]
  if (typeof value !== 'string') throw malformed(`\`${name}\` is not a text`)
  return value
}

const bytesOf = (body: unknown): Uint8Array => {
  if (isRecord(body) && typeof body['text'] === 'string') return encodeUtf8(body['text'])
  const bytes =
    isRecord(body) && typeof body['base64'] === 'string' ? decodeBase64(body['base64']) : undefined
  if (bytes === undefined) throw malformed('`body` has neither a text nor base64')
  return bytes
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  isRecord(value) && Object.values(value).every((line) => typeof line === 'string')

/**
 * Reads a job that {@link toJob} made, for a worker of your own; `receiver.work` does it itself.
 *
 * @throws WebhookConfigurationError `input_invalid`, with what is wrong, for anything else
 */
export const fromJob = (data: unknown): ReadJob => {
  if (!isRecord(data)) throw malformed('it is not an object')
  if (data['v'] !== 1) throw malformed('`v` is not 1')
  const { receivedAt, signedAt, headers } = data
  if (typeof receivedAt !== 'number') throw malformed('`receivedAt` is not a number')
  if (signedAt !== undefined && typeof signedAt !== 'number') {
    throw malformed('`signedAt` is not a number')
  }
  if (!isTexts(headers)) throw malformed('`headers` is not a record of texts')
  return {
    id: text(data, 'id'),
    secretId: text(data, 'secretId'),
    endpoint: text(data, 'endpoint'),
    receivedAtMs: receivedAt,
    signedAt,
    headers,
    rawBody: bytesOf(data['body']),
  }
}
