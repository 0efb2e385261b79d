import { setTimeout as pause } from 'node:timers/promises'

/** While the file cannot be written, or its disk is full. Anything else is not mended by waiting. */
const passing = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM)/

const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && passing.test(String(error.code))

const firstPauseMs = 50
const longestPauseMs = 5000

/**
 * Stores what happened, again and again while the file cannot be written: an attempt that was made and is not in the file
 * would be made again. It keeps its place among the attempts under way meanwhile, so that only few of them start.
 */
export type UntilStored = <Result>(store: () => Promise<Result>) => Promise<Result>

/**
 * Creates one for all attempts of a sender: they pause together, so that the file is tried once for all of them.
 *
 * @param stopping - aborted when the sender stops: then each is tried once more
 * @param onError - called with the first error until something is stored again
 */
export const untilStored = (
  stopping: AbortSignal,
  onError: (error: unknown) => void,
): UntilStored => {
  let pauseMs = firstPauseMs
  let pausing: Promise<void> | undefined
  const pauseOnce = (): void => {
    pausing = pause(pauseMs, undefined, { signal: stopping })
      .catch(() => {})
      .then(() => {
        pausing = undefined
      })
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  }
  return async (store) => {
    for (;;) {
      await pausing
      try {
        const result = await store()
        pauseMs = firstPauseMs
        return result
      } catch (error) {
        if (!isPassing(error) || stopping.aborted) throw error
        // Of those that failed together, the first.
        if (pausing === undefined) {
          if (pauseMs === firstPauseMs) onError(error)
          pauseOnce()
        }
      }
    }
  }
}
