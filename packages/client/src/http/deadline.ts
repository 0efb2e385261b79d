/** When to stop waiting. */
export interface Deadline {
  readonly timeoutMs: number
  /** What to reject with when the time is up. */
  readonly timeoutError: () => Error
  readonly signal: AbortSignal | undefined
}

/**
 * Runs `work` until it settles, the time is up, or the caller's signal aborts. It does not trust
 * `work` to heed its signal: a `fetch` of the user's own may not.
 */
export const withDeadline = <T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, timeoutError, signal }: Deadline,
): Promise<T> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController()
    const release = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    const stop = (reason: unknown) => {
      release()
      // Rejects before `fetch` does, which in some runtimes swaps the reason for its own.
      reject(reason)
      controller.abort(reason)
    }
    const abort = () => stop(signal?.reason)
    const timer = setTimeout(() => stop(timeoutError()), timeoutMs)
    signal?.addEventListener('abort', abort)
    work(controller.signal).then(resolve, reject).finally(release)
  })
