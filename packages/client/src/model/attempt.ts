import type { EventName } from './event-name.ts'
import type { OpenEnum } from './open-enum.ts'
import type { Time } from './time.ts'

/** Why an attempt failed, in one word. */
export type AttemptErrorCode = OpenEnum<
  | 'dns'
  | 'connect_refused'
  | 'connect_timeout'
  | 'tls'
  | 'blocked_address'
  | 'timeout'
  | 'connection_reset'
  | 'response_too_large'
  | 'http_status'
  | 'redirect'
  | 'aborted'
  | 'payload_expired'
  | 'sender_error'
>

/** Why an attempt failed. */
export interface AttemptError {
  /** The stable code. */
  code: AttemptErrorCode
  /** The same for humans. */
  message: string
}

/** How bytes are written: as text where they are UTF-8, else in base64. */
export type BytesEncoding = OpenEnum<'utf8' | 'base64'>

/** What the platform sent. Secrets and the values of custom headers are redacted. */
export interface AttemptRequest {
  headers: Record<string, string>
  /** The body, as `bodyEncoding` says; `null` once it is no longer kept. */
  body: string | null
  /** `utf8` where the body is text, else `base64`. */
  bodyEncoding: BytesEncoding
  /** The SHA-256 of the bytes, in hex. */
  bodySha256: string
  /** The size of the body in bytes. */
  bytes: number
  /** The exact bytes that the signature covers; `null` once they are no longer kept. */
  signedContent: string | null
  /** `utf8` where they are text, else `base64`. */
  signedContentEncoding: BytesEncoding
}

/** What the endpoint answered. */
export interface AttemptResponse {
  statusCode: number
  headers: Record<string, string>
  /** The body, 16 KiB at most; `null` in a list without bodies. */
  body: string | null
  /** `utf8` where the body is text, else `base64`. */
  bodyEncoding: BytesEncoding
  /** Whether the body was longer than that. */
  truncated: boolean
}

/** How an attempt ended. */
export type AttemptOutcome = OpenEnum<'delivered' | 'failed'>

/** One HTTP request to an endpoint. */
export interface Attempt {
  /** Such as `attempt-1`. */
  id: string
  /** Its place among the attempts of the delivery, from 1. */
  number: number
  /** ISO 8601, UTC. */
  startedAt: string
  /** How long it took, in milliseconds. */
  durationMs: number
  /** The URL of the webhook at that time. */
  url: string
  /** What was sent. */
  request: AttemptRequest
  /** The answer; absent if there was none. */
  response?: AttemptResponse
  /** Why it failed; absent if it did not. */
  error?: AttemptError
  /** For the faults `duplicate` and `replayBurst`: the statuses or error codes of the copies of this request. */
  copies?: (number | AttemptErrorCode)[]
  /** The delay that the endpoint asked for, in milliseconds. */
  retryAfterMs?: number
  /** How it ended. */
  outcome: AttemptOutcome
  /** Faults that a sender for development applied; empty on the platform. */
  faults: unknown[]
}

/** An attempt in a list over all deliveries. */
export interface ListedAttempt extends Attempt {
  deliveryId: string
  webhookId: string
  eventId: string
  eventType: EventName
}

/** Which attempts to list. */
export interface ListAttemptsQuery {
  /** The page to begin with. Default: 1. */
  page?: number | undefined
  /** Items per page, up to 100. Default: 20. */
  limit?: number | undefined
  /** The `nextCursor` of an earlier page, instead of `page`. */
  cursor?: string | undefined
  /** Only those to this webhook. */
  webhookId?: string | undefined
  /** Only those of this delivery. */
  deliveryId?: string | undefined
  /** Only those of this event. */
  eventId?: string | undefined
  /** Only those that ended like this. */
  outcome?: AttemptOutcome | undefined
  /** Only where the answer was of this class; `none` where there was no answer. */
  statusClass?: OpenEnum<'2xx' | '3xx' | '4xx' | '5xx' | 'none'> | undefined
  /** Only those that began before this time. */
  before?: Time | undefined
  /** Only those that began after this time. */
  after?: Time | undefined
  /** `body` for the bodies, too. Default: without them. */
  include?: 'body' | undefined
}
