import * as z from 'zod'
import { bytesEncodings, joinBytes, writeBytes } from '../values/bytes.ts'
import type { Fault } from '../values/fault.ts'
import { idInput, idOf } from '../values/id.ts'
import { iso, timeInput } from '../values/time.ts'
import { PageQuery, statusClassInput } from './page.ts'

/** Every reason for which an attempt fails. */
export const attemptErrorCodes = [
  'dns',
  'connect_refused',
  'connect_timeout',
  'tls',
  'blocked_address',
  'timeout',
  'connection_reset',
  'response_too_large',
  'http_status',
  'redirect',
  'aborted',
  'payload_expired',
  'sender_error',
] as const

/** Why an attempt failed, in one word. */
export type AttemptErrorCode = (typeof attemptErrorCodes)[number]

/** Why an attempt failed. */
export interface AttemptError {
  readonly code: AttemptErrorCode
  readonly message: string
}

/** What an endpoint answered. */
export interface AttemptResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  /** The first 16 KiB of the body. */
  readonly body: string
  /** `utf8` where the body is text, else `base64`. */
  readonly bodyEncoding: (typeof bytesEncodings)[number]
  /** Whether the body was longer. */
  readonly truncated: boolean
}

/** One HTTP request to an endpoint, as the log keeps it. */
export interface AttemptRecord {
  readonly seq: number
  /** 1 for the first. */
  readonly number: number
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly durationMs: number
  readonly url: string
  readonly request: {
    readonly headers: Readonly<Record<string, string>>
    /** Undefined once it is no longer kept. */
    readonly body: Uint8Array | undefined
    /** Hexadecimal. */
    readonly bodySha256: string
    readonly bytes: number
    /** What was signed: `prefix` (ASCII) and then `body`, which a fault may have changed after that. */
    readonly signed: { readonly prefix: string; readonly body: Uint8Array | undefined }
  }
  /** The results of the copies of this request, for `duplicate` and `replayBurst`: statuses and error codes. */
  readonly copies?: readonly (number | AttemptErrorCode)[]
  readonly response?: AttemptResponse
  readonly error?: AttemptError
  /** The delay that the endpoint asked for, in milliseconds. */
  readonly retryAfterMs?: number
  readonly outcome: 'delivered' | 'failed'
  readonly faults: readonly Fault[]
}

/** The error of an attempt in an answer. */
export const AttemptErrorView = z.object({ code: z.enum(attemptErrorCodes), message: z.string() })

/** An attempt in an answer. */
export const AttemptView = z.object({
  id: z.string(),
  number: z.number(),
  startedAt: z.string(),
  durationMs: z.number(),
  url: z.string(),
  request: z.object({
    headers: z.record(z.string(), z.string()),
    /** Null once the bytes are no longer kept. */
    body: z.string().nullable(),
    bodyEncoding: z.enum(bytesEncodings),
    bodySha256: z.string(),
    bytes: z.number(),
    /** The exact bytes that were signed; null once they are no longer kept. */
    signedContent: z.string().nullable(),
    signedContentEncoding: z.enum(bytesEncodings),
  }),
  response: z
    .object({
      statusCode: z.number(),
      headers: z.record(z.string(), z.string()),
      /** Null where bodies were not asked for. */
      body: z.string().nullable(),
      bodyEncoding: z.enum(bytesEncodings),
      truncated: z.boolean(),
    })
    .optional(),
  copies: z.array(z.union([z.number(), z.enum(attemptErrorCodes)])).optional(),
  error: AttemptErrorView.optional(),
  retryAfterMs: z.number().optional(),
  outcome: z.enum(['delivered', 'failed']),
  faults: z.array(z.unknown()),
})

const written = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? { text: null, encoding: 'utf8' as const } : writeBytes(bytes)

/** What a list of attempts may be narrowed by. */
export const AttemptQuery = PageQuery.extend({
  webhookId: idInput('webhook'),
  deliveryId: idInput('delivery'),
  eventId: z.string().optional(),
  outcome: z.enum(['delivered', 'failed']).optional(),
  statusClass: statusClassInput,
  before: timeInput.optional(),
  after: timeInput.optional(),
  /** `body` shows the bodies, too. */
  include: z.literal('body').optional(),
})

/** An attempt in a list over all deliveries. */
export const ListedAttemptView = AttemptView.extend({
  deliveryId: z.string(),
  webhookId: z.string(),
  eventId: z.string(),
  eventType: z.string(),
})

/** An attempt without the bodies: they may be large. */
export const withoutBodies = (
  view: z.output<typeof AttemptView>,
): z.output<typeof AttemptView> => ({
  ...view,
  request: { ...view.request, body: null, signedContent: null },
  ...(view.response !== undefined && { response: { ...view.response, body: null } }),
})

/** An attempt as the API shows it. */
export const attemptView = (attempt: AttemptRecord): z.output<typeof AttemptView> => {
  const { number, durationMs, url, request, response, error, retryAfterMs, outcome } = attempt
  const { signed } = request
  const body = written(request.body)
  const content = written(
    signed.body && joinBytes(new TextEncoder().encode(signed.prefix), signed.body),
  )
  return {
    id: idOf('attempt', attempt.seq),
    number,
    startedAt: iso(attempt.startedAt),
    durationMs,
    url,
    request: {
      headers: { ...request.headers },
      body: body.text,
      bodyEncoding: body.encoding,
      bodySha256: request.bodySha256,
      bytes: request.bytes,
      signedContent: content.text,
      signedContentEncoding: content.encoding,
    },
    ...(response !== undefined && { response: { ...response, headers: { ...response.headers } } }),
    ...(error !== undefined && { error }),
    ...(attempt.copies !== undefined && { copies: [...attempt.copies] }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    outcome,
    faults: [...attempt.faults],
  }
}

/** The error of an attempt that was answered without a 2xx. */
export const statusError = (statusCode: number): AttemptError =>
  statusCode >= 300 && statusCode < 400
    ? { code: 'redirect', message: `answered ${statusCode}: redirects are not followed` }
    : { code: 'http_status', message: `answered ${statusCode}` }
