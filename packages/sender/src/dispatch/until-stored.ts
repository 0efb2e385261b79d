import { setTimeout as pause } from 'node:timers/promises'

/** While the file cannot be written, or its disk is full. Anything else is not mended by waiting. */
const passing = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM)/

const isPassing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && passing.test(String(error.code))

const firstPauseMs = 50
const longestPauseMs = 5000

/** What storing goes on with. */
export interface UntilStored {
  /** Aborted when the sender stops. */
  readonly stopping: AbortSignal
  /** Called with each unexpected error. */
  readonly onError: (error: unknown) => void
}

/**
 * Stores what happened, again and again while the file cannot be written: an attempt that was made and is not in the file
 * would be made again. It keeps its place among the attempts under way meanwhile, so that only few of them start.
 */
export const untilStored = async <Result>(
  { stopping, onError }: UntilStored,
  store: () => Promise<Result>,
): Promise<Result> => {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await store()
    } catch (error) {
      if (!isPassing(error) || stopping.aborted) throw error
      if (pauseMs === firstPauseMs) onError(error)
      // Ends early when the sender stops: then it is tried once more.
      await pause(pauseMs, undefined, { signal: stopping }).catch(() => {})
    }
  }
}
