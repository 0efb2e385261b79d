import { startTimer } from '../async/timer.ts'
import { assertDuration } from './duration.ts'

/** Limits the time of one run, and tells the run when it is over. */
export interface RunLimit {
  /** Aborted when the time is up, or by `cut`. */
  readonly signal: AbortSignal
  /** Whether the time is up. */
  readonly timedOut: boolean
  /** Settles as `work` does, or rejects with the signal's reason if that comes first. */
  wait<Value>(work: PromiseLike<Value>): Promise<Value>
  /** Ends the wait before the time is up, for example because the connection was lost. */
  cut(reason: Error): void
  /** Stops the timer. Call it when the run has ended. */
  end(): void
}

/**
 * Limits one run, for your own transactional store: pass `signal` to the run, and roll back when `wait`
 * rejects.
 *
 * @param maxRunMs - milliseconds from now on
 * @throws WebhookConfigurationError `option_invalid` if it is not more than 0 and less than 2^31 milliseconds
 *
 * @example
 * const limit = runLimit(request.maxRunMs)
 * try {
 *   const { commit, value } = await limit.wait(run(tx, limit.signal))
 * } finally {
 *   limit.end()
 * }
 */
export const runLimit = (maxRunMs: number): RunLimit => {
  assertDuration('maxRunMs', maxRunMs)
  const controller = new AbortController()
  const { signal } = controller
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  // It may be aborted while nothing waits.
  over.catch(() => {})
  let timedOut = false
  const stop = startTimer(maxRunMs, () => {
    timedOut = !signal.aborted
    controller.abort(new Error(`the run took longer than maxRunMs (${maxRunMs} ms)`))
  })
  return {
    signal,
    get timedOut() {
      return timedOut
    },
    wait: (work) => Promise.race([work, over]),
    cut: (reason) => controller.abort(reason),
    end: stop,
  }
}
