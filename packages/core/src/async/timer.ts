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

/** How many turns of the microtask queue work gets to end in before a timer is started for it. */
const patience = 8

/** What may end the wait sooner than its own time. */
interface Limit {
  leftMs(): number
  onCut: (() => void) | undefined
}

/** What became of work that ended at once. */
type Ended<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: unknown }

/**
 * Waits for `work`, but not longer than `ms`. `work` goes on; its late failure is swallowed.
 *
 * Work that waits for nothing outside, such as a memory store or a handler that only computes, ends within a few
 * microtasks. A timer would cost more than all of it, so that one is started for work that is still going on then.
 *
 * @param deadline - cuts the time short; it is asked only when a timer is started
 * @param onWait - called once when the work turns out to take its time
 */
export const within = async <Value>(
  ms: number,
  work: PromiseLike<Value>,
  deadline?: Limit,
  onWait?: () => void,
): Promise<Value | TimedOut> => {
  let ended: Ended<Value> | undefined
  work.then(
    (value) => {
      ended = { ok: true, value }
    },
    (error: unknown) => {
      ended = { ok: false, error }
    },
  )
  for (let turn = 0; turn < patience; turn++) {
    await undefined
    if (ended === undefined) continue
    if (ended.ok) return ended.value
    throw ended.error
  }
  onWait?.()
  return withTimer(deadline === undefined ? ms : Math.min(ms, deadline.leftMs()), work, deadline)
}

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

const withTimer = <Value>(
  ms: number,
  work: PromiseLike<Value>,
  limit: Limit | undefined,
): Promise<Value | TimedOut> =>
  new Promise((resolve, reject) => {
    const end = (): void => resolve(timedOut)
    const stop = startTimer(ms, end)
    if (limit !== undefined) limit.onCut = end
    work.then(
      (value) => {
        stop()
        resolve(value)
      },
      (error: unknown) => {
        stop()
        reject(error)
      },
    )
  })
