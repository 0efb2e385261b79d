import { sign } from '@ainexlayer/webhooks'
import { type Fault, spoilBody, spoilSigning } from '../faults/fault.ts'
import type { Message } from '../message/message.ts'
import type { Clock } from './clock.ts'
import { type NetworkErrorCode, type PostResponse, post } from './post.ts'

/** Where to deliver, and signed with what. */
export interface Endpoint {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
}

/** One attempt at a delivery, as the log keeps it. The signature is in the headers; the secret is nowhere. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly durationMs: number
  readonly url: string
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly bytes: number }
  readonly response?: PostResponse
  readonly error?: {
    readonly code: NetworkErrorCode | 'http_status' | 'redirect'
    readonly message: string
  }
  readonly outcome: 'delivered' | 'failed'
  readonly faults: readonly Fault[]
}

/** What {@link attemptDelivery} needs. */
export interface AttemptOptions {
  readonly endpoint: Endpoint
  readonly message: Message
  readonly number: number
  readonly timeoutMs: number
  readonly clock: Clock
  readonly faults?: readonly Fault[]
}

const userAgent = 'AINexLayer-Webhooks/0.1 (reference-sender)'

const statusError = (statusCode: number): Attempt['error'] =>
  statusCode >= 300 && statusCode < 400
    ? { code: 'redirect', message: `answered ${statusCode}: redirects are not followed` }
    : { code: 'http_status', message: `answered ${statusCode}` }

/** Signs the message's bytes for this moment and sends them once. Never throws on what the network does. */
export const attemptDelivery = async (options: AttemptOptions): Promise<Attempt> => {
  const { endpoint, message, number, clock, faults = [] } = options
  const startedAt = clock.now()
  const plan = spoilSigning(
    { secret: endpoint.secret, timestamp: Math.floor(startedAt / 1000) },
    faults,
  )
  const signature = await sign({ id: message.id, body: message.body, ...plan })
  const headers = {
    'content-type': 'application/json',
    'user-agent': userAgent,
    ...signature,
    // Hints for people who read traffic; they are not signed, so nobody may rely on them.
    'x-ainexlayer-event': message.type,
    'x-ainexlayer-attempt': String(number),
  }
  const body = spoilBody(message.body, faults)
  const began = performance.now()
  const result = await post({ url: endpoint.url, headers, body, timeoutMs: options.timeoutMs })
  const attempt = {
    number,
    startedAt,
    durationMs: performance.now() - began,
    url: endpoint.url,
    request: { headers, bytes: body.length },
    faults,
  }
  if (!result.ok) {
    const { code, message: text } = result
    return { ...attempt, error: { code, message: text }, outcome: 'failed' }
  }
  const { response } = result
  if (response.statusCode >= 200 && response.statusCode < 300) {
    return { ...attempt, response, outcome: 'delivered' }
  }
  const error = statusError(response.statusCode)
  return { ...attempt, response, ...(error && { error }), outcome: 'failed' }
}
