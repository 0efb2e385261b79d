import { isApiConnectionError, isApiError, isApiTimeoutError } from '../errors/errors.ts'
import type { Sleep } from '../options/sleep.ts'

/** How a call is repeated. */
export interface RetryOptions {
  readonly maxRetries: number
  readonly sleep: Sleep
  readonly random: () => number
  readonly signal: AbortSignal | undefined
}

const firstWaitMs = 500
const longestBackoffMs = 8_000
// The caller waits for this call: a longer pause is theirs to plan, by `error.retryAfterMs`.
const longestRetryAfterMs = 60_000

const isTemporary = (error: unknown): boolean =>
  isApiError(error)
    ? error.status === 429 ||
      error.status >= 500 ||
      // A retry after a timeout may find the first request still running; its answer comes later.
      error.code === 'IDEMPOTENCY_KEY_IN_USE'
    : isApiConnectionError(error) || isApiTimeoutError(error)

const waitBefore = (retry: number, error: unknown, random: () => number): number => {
  const backoff = Math.min(firstWaitMs * 2 ** retry, longestBackoffMs) * (0.5 + random() / 2)
  const asked = isApiError(error) ? (error.retryAfterMs ?? 0) : 0
  // Never sooner than asked, yet never at once: `retry-after: 0` must not become a tight loop.
  return Math.max(backoff, Math.min(asked, longestRetryAfterMs))
}

/** Runs `send` until it succeeds, fails for good, or was repeated `maxRetries` times. */
export const withRetries = async <T>(
  send: () => Promise<T>,
  { maxRetries, sleep, random, signal }: RetryOptions,
): Promise<T> => {
  for (let retry = 0; ; retry++) {
    signal?.throwIfAborted()
    try {
      return await send()
    } catch (error) {
      if (retry >= maxRetries || !isTemporary(error)) throw error
      await sleep(waitBefore(retry, error, random), signal)
    }
  }
}
