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
// A caller waits for this call: a longer pause is for them to plan, by `error.retryAfterMs`.
const longestRetryAfterMs = 60_000

const isPassing = (error: unknown): boolean =>
  isApiError(error)
    ? error.status === 429 ||
      error.status >= 500 ||
      // A retry after a timeout may find the first request still at work; its answer comes later.
      error.code === 'IDEMPOTENCY_KEY_IN_USE'
    : isApiConnectionError(error) || isApiTimeoutError(error)

const waitBefore = (retry: number, error: unknown, random: () => number): number => {
  const backoff = Math.min(firstWaitMs * 2 ** retry, longestBackoffMs) * (0.5 + random() / 2)
  const asked = isApiError(error) ? (error.retryAfterMs ?? 0) : 0
  // Never sooner than asked, yet never at once: `retry-after: 0` must not become a tight loop.
  return Math.max(backoff, Math.min(asked, longestRetryAfterMs))
}

/** Runs `attempt` until it succeeds, fails for good, or has been repeated often enough. */
export const withRetries = async <T>(
  attempt: () => Promise<T>,
  { maxRetries, sleep, random, signal }: RetryOptions,
): Promise<T> => {
  for (let retry = 0; ; retry++) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (retry >= maxRetries || !isPassing(error)) throw error
      await sleep(waitBefore(retry, error, random), signal)
    }
  }
}
