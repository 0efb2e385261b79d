import type { Clock } from './clock.ts'

/** A clock that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /** Sets the time, unix milliseconds, and resolves every sleep until then, in order. It never goes back. */
  moveTo(ms: number): void
}

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/**
 * Creates a clock that stands still until it is moved, so that a test runs days of retries at once.
 *
 * @param start - unix milliseconds or a date; default now
 */
export const virtualClock = (start: number | Date = Date.now()): VirtualClock => {
  let now = Number(start)
  const sleepers = new Set<Sleeper>()
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          until: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        signal?.addEventListener('abort', onAbort)
        sleepers.add(sleeper)
      }),
    moveTo: (ms) => {
      now = Math.max(now, ms)
      const due = [...sleepers].filter(({ until }) => until <= now)
      for (const sleeper of due.sort((a, b) => a.until - b.until)) {
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}
