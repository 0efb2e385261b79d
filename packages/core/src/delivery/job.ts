import { decodeBase64, encodeBase64 } from '../encoding/base64.ts'
import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import { WebhookConfigurationError } from '../errors.ts'
import type { GenuineDelivery } from './delivery.ts'
import { storable, storableName } from './storable.ts'

/**
 * A genuine delivery as a job of a queue: plain JSON that any engine can store. It holds no secret and
 * no signature; whoever can write to the queue can make the workers run events.
 */
export interface QueueJob {
  /** The version of this shape. */
  readonly v: 1
  /** The event's id, for people and logs: characters that JSON columns refuse are replaced, a long one is cut. */
  readonly id: string
  /** The event's type, in the same form. */
  readonly type: string
  /** The receiver's `endpoint`. */
  readonly endpoint: string
  /** The `scope` of the secret that matched; absent when it has none. */
  readonly scope?: string
  /** When the request arrived, unix milliseconds. */
  readonly receivedAt: number
  /** When the attempt was signed, unix seconds; absent when the profile signs no time. */
  readonly signedAt?: number
  /** Which secret matched. */
  readonly secretId: string
  /** What counts as the same event, where that is not the bytes; a SHA-256. */
  readonly fingerprint?: string
  /** The bytes that were signed, as text or in base64, whichever is shorter. */
  readonly body: { readonly text: string } | { readonly base64: string }
  /** Those headers of the request that may be stored (`keepHeaders`), lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The W3C trace context of the request, which is also among the headers. */
  readonly traceparent?: string
  /** Set by a deliberate replay: the event runs again although it was handled. */
  readonly again?: true
}

/** A job that was read back. */
export interface ReadJob extends Omit<GenuineDelivery, 'event'> {
  readonly id: string
  readonly secretId: string
  /** Whether a deliberate replay put it back: the event runs again although it was handled. */
  readonly again: boolean
}

const hasByteOrderMark = ([a, b, c]: Uint8Array): boolean => a === 0xef && b === 0xbb && c === 0xbf

/** JSON in JSON doubles each quote and escape; base64 adds a third to everything. */
const isLongerThanBase64 = (text: string, bytes: Uint8Array): boolean =>
  JSON.stringify(text).length - text.length > bytes.length / 3 + 4

const bodyOf = (bytes: Uint8Array): QueueJob['body'] => {
  // Decoding drops a byte order mark, and with it the bytes would no longer be those that were signed.
  const text = hasByteOrderMark(bytes) ? undefined : decodeUtf8(bytes)
  return text === undefined || text.includes('\0') || isLongerThanBase64(text, bytes)
    ? { base64: encodeBase64(bytes) }
    : { text }
}

/** No longer than what a server lets through; a test or a gateway may hand over anything. */
const longestHeader = 16 * 1024

const headersOf = (headers: GenuineDelivery['headers']): QueueJob['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, line]) => [
      storableName(name),
      storable(line, longestHeader),
    ]),
  )

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
  scope,
  fingerprint,
  headers: received,
}: GenuineDelivery): QueueJob => {
  const headers = headersOf(received)
  const traceparent = headers['traceparent']
  return {
    v: 1,
    id: storableName(event.id),
    type: storableName(event.type),
    endpoint,
    ...(scope === undefined ? {} : { scope }),
    receivedAt: receivedAtMs,
    ...(signedAt === undefined ? {} : { signedAt }),
    secretId: storableName(event.secretId),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    body: bodyOf(rawBody),
    headers,
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

const areSame = (left: Uint8Array, right: Uint8Array): boolean => {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false
  }
  return true
}

/**
 * Whether the job that a queue keeps of an event has the bytes of this delivery, or the same fingerprint where the
 * receiver chose one; for a `dispatch` of your own. Other bytes under one id are `{ kind: 'id_reused' }`.
 *
 * @throws WebhookConfigurationError `input_invalid` when {@link toJob} did not make the job
 */
export const isSameBody = (
  job: unknown,
  { rawBody, fingerprint }: Pick<GenuineDelivery, 'rawBody' | 'fingerprint'>,
): boolean => {
  const kept = fromJob(job)
  if (fingerprint !== undefined && kept.fingerprint === fingerprint) return true
  return areSame(kept.rawBody, rawBody)
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

/** What is known of a job before it was read: nothing of what is no job. */
export const glanceAtJob = (
  data: unknown,
): { readonly receivedAtMs: number | undefined; readonly headers: QueueJob['headers'] } => {
  const { receivedAt, headers } = isRecord(data) ? data : {}
  return {
    receivedAtMs: typeof receivedAt === 'number' ? receivedAt : undefined,
    headers: isTexts(headers) ? headers : {},
  }
}

/**
 * Reads a job that {@link toJob} made, for a worker of your own; `receiver.work` does it itself.
 *
 * @throws WebhookConfigurationError `input_invalid`, with what is wrong, for anything else
 */
export const fromJob = (data: unknown): ReadJob => {
  if (!isRecord(data)) throw malformed('it is not an object')
  if (data['v'] !== 1) throw malformed('`v` is not 1')
  const { receivedAt, signedAt, scope, fingerprint, headers } = data
  if (typeof receivedAt !== 'number') throw malformed('`receivedAt` is not a number')
  if (signedAt !== undefined && typeof signedAt !== 'number') {
    throw malformed('`signedAt` is not a number')
  }
  if (scope !== undefined && typeof scope !== 'string') throw malformed('`scope` is not a text')
  if (!isTexts(headers)) throw malformed('`headers` is not a record of texts')
  return {
    id: text(data, 'id'),
    secretId: text(data, 'secretId'),
    endpoint: text(data, 'endpoint'),
    scope,
    receivedAtMs: receivedAt,
    signedAt,
    ...(typeof fingerprint === 'string' ? { fingerprint } : {}),
    headers,
    rawBody: bytesOf(data['body']),
    again: data['again'] === true,
  }
}
