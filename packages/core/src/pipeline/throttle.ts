import type { HeaderReader } from '../signature/headers.ts'

/** Refuses a request before its body is read, by answering after how many seconds it may come again. */
export type Throttle = (request: {
  readonly header: HeaderReader
  readonly remoteAddress: string | undefined
}) => ThrottleRefusal | undefined | Promise<ThrottleRefusal | undefined>

/** The throttle's refusal. */
export interface ThrottleRefusal {
  /** Seconds, sent as Retry-After; rounded up to a whole number from 1 to 86 400. */
  readonly retryAfterSeconds: number
}
