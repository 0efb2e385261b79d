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

/** Counts per key, within whatever window: the limiters of `rate-limiter-flexible` fit as they are. */
export interface Limiter {
  /**
   * Counts one. Rejects with `{ msBeforeNext }`, in milliseconds, when there were too many; with anything else when it
   * cannot tell.
   */
  consume(key: string): Promise<unknown>
}

/** A limiter, and what it counts. */
export interface LimiterOptions {
  readonly limiter: Limiter
  /**
   * What counts against the address that it comes from: requests whose verification fails (`failures`, default; what is
   * genuine always gets through, so that nobody can lock the sender out), or every request, before its body is read
   * (`all`).
   */
  readonly count?: 'failures' | 'all'
  /** Milliseconds for the limiter to answer; default 500. Then `onThrottleError` decides. */
  readonly timeoutMs?: number
}
