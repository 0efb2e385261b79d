import { startTimer } from '../async/timer.ts'
import { assertDuration } from './duration.ts'

/** Options of a store's `startSweeping`. */
export interface SweepingOptions {
  /** Milliseconds from the end of one sweep to the next, default one minute. The first comes at a random time within it. */
  readonly everyMs?: number
}

/** How many records one call of `sweep` deletes. */
const batch = 1000

const rootMessage = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : rootMessage(error.cause)
}

/**
 * Calls a store's `sweep` at intervals until nothing is left to delete, for the `startSweeping` of your own store. Does not keep the
 * process alive. A sweep that fails is told to `warn` once, until one succeeds again, and never thrown.
 *
 * @returns stops it, and resolves when a sweep that is under way has ended
 * @throws WebhookConfigurationError `option_invalid` if `everyMs` is not more than 0 and less than 2^31 milliseconds
 */
export const sweepEvery = (
  sweep: (limit: number) => Promise<number>,
  { everyMs = 60_000 }: SweepingOptions,
  warn: (message: string) => void,
): (() => Promise<void>) => {
  assertDuration('everyMs', everyMs)
  let isStopped = false
  let isFailing = false
  let sweeping = Promise.resolve()
  let stopTimer = (): void => {}

  const complain = (error: unknown): void => {
    if (isFailing) return
    isFailing = true
    try {
      warn(
        `Expired records could not be swept: ${rootMessage(error)}. It is tried again every ${everyMs} ms.`,
      )
    } catch {
      // A `warn` of the user's that throws changes nothing.
    }
  }
  const sweepAll = async (): Promise<void> => {
    try {
      while (!isStopped && (await sweep(batch)) >= batch);
      isFailing = false
    } catch (error) {
      complain(error)
    }
    schedule(everyMs)
  }
  const schedule = (ms: number): void => {
    if (isStopped) return
    stopTimer = startTimer(ms, () => {
      sweeping = sweepAll()
    })
  }
  // Processes that start together, as in a deploy, do not sweep together.
  schedule(Math.max(1, Math.random() * everyMs))
  return async () => {
    isStopped = true
    stopTimer()
    await sweeping
  }
}
