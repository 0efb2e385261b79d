/** When to stop waiting. */
export interface Deadline {
  readonly timeoutMs: number
  /** The error for a timeout. */
  readonly timeoutError: () => Error
  readonly signal: AbortSignal | undefined
}

/**
 * Runs `work` until it settles, the time is up, or the caller's signal aborts. It does not trust
 * `work` to obey its signal: the user's own `fetch` may ignore it.
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
      // Rejects before `fetch` does, which in some runtimes replaces the reason by its own.
      reject(reason)
      controller.abort(reason)
    }
    const abort = () => stop(signal?.reason)
    const timer = setTimeout(() => stop(timeoutError()), timeoutMs)
    signal?.addEventListener('abort', abort)
    work(controller.signal).then(resolve, reject).finally(release)
  })
