import { startTimer } from '../async/timer.ts'
import { assertDuration } from './duration.ts'

/** How long a store waits for a run, and how the run hears that nobody waits for it any more. */
export interface RunLimit {
  /** Aborted when the time is up, or by `cut`. */
  readonly signal: AbortSignal
  /** Whether the time is up. */
  readonly timedOut: boolean
  /** Settles as `work` does, or rejects with the signal's reason where that comes first. */
  wait<Value>(work: PromiseLike<Value>): Promise<Value>
  /** Stops waiting before the time is up: what the run works on is gone. */
  cut(reason: Error): void
  /** Takes the timer back, once the run has ended. */
  end(): void
}

/**
 * The limit of one run, for a transactional store of your own: pass `signal` to the run, and give its
 * transaction up when `wait` rejects.
 *
 * @param maxRunMs - milliseconds from now on
 * @throws WebhookConfigurationError `option_invalid` unless it is more than 0 and below 2^31 milliseconds
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
  // Nobody may be waiting when it is cut.
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
