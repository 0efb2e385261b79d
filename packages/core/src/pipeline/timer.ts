/** Calls `fire` after `ms`; the returned function stops it. Never keeps a process alive. */
export const startTimer = (ms: number, fire: () => void): (() => void) => {
  const timer: unknown = setTimeout(fire, ms)
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) {
    if (typeof timer.unref === 'function') timer.unref()
  }
  return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0])
}

/** What {@link within} answers when the time is up. */
export const timedOut: unique symbol = Symbol('timed out')

/** Waits for `work`, but not longer than `ms`. `work` goes on; its late failure is swallowed. */
export const within = <Value>(ms: number, work: Promise<Value>): Promise<Value | typeof timedOut> =>
  new Promise((resolve, reject) => {
    const stop = startTimer(ms, () => resolve(timedOut))
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
