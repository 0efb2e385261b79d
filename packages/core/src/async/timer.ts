import { afterMicrotasks } from './after-microtasks.ts'

/** Calls `fire` after `ms`; the returned function stops it. Never keeps a process alive. */
export const startTimer = (ms: number, fire: () => void): (() => void) => {
  const timer: unknown = setTimeout(fire, ms)
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) {
    if (typeof timer.unref === 'function') timer.unref()
  }
  return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0])
}

/** What {@link within} resolves to when the time is up. */
export const timedOut: unique symbol = Symbol('timed out')

/** The type of {@link timedOut}. */
export type TimedOut = typeof timedOut

/** What may end the wait sooner than its own time. */
interface Limit {
  leftMs(): number
  onCut: (() => void) | undefined
}

/**
 * Waits for `work`, but not longer than `ms`. `work` goes on; its late failure is swallowed.
 *
 * Work that waits for nothing outside, such as a handler that only computes, ends with the microtasks that are due. A
 * timer would cost more than all of it, so that one is started for work that is still going on then.
 *
 * @param deadline - cuts the time short; it is asked only when a timer is started
 * @param onWait - called once when the work turns out to take its time; must not throw
 */
export const within = <Value>(
  ms: number,
  work: PromiseLike<Value>,
  deadline?: Limit,
  onWait?: () => void,
): Promise<Value | TimedOut> =>
  new Promise((resolve, reject) => {
    let isGoingOn = true
    let stop: (() => void) | undefined
    const ended = (): void => {
      isGoingOn = false
      stop?.()
    }
    work.then(
      (value) => {
        ended()
        resolve(value)
      },
      (error: unknown) => {
        ended()
        reject(error)
      },
    )
    afterMicrotasks(
      () => isGoingOn,
      () => {
        onWait?.()
        const timeOut = (): void => resolve(timedOut)
        stop = startTimer(deadline === undefined ? ms : Math.min(ms, deadline.leftMs()), timeOut)
        if (deadline !== undefined) deadline.onCut = timeOut
      },
    )
  })

/** Resolves after `ms`. Keeps the process alive until then: what comes after the pause must not be lost. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** Node, and the web, take no longer timer. */
const longestMs = 2 ** 31 - 1

/** Keeps the process alive while `work` goes on, but not longer than `ms`: a script may have nothing else that does. */
export const stayingAlive = async <Value>(ms: number, work: Promise<Value>): Promise<Value> => {
  const timer = setTimeout(() => {}, Math.min(ms, longestMs))
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}
