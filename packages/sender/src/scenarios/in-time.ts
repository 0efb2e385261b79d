import { systemClock } from '../delivery/clock.ts'

/** How long one look at the receiver's counts may take, in milliseconds. */
export const lookMs = 5000

/** Runs what the user of a scenario passed, and rejects after `ms` milliseconds: a scenario always ends. */
export const inTime = async <Value>(
  what: string,
  ms: number,
  run: () => Promise<Value>,
): Promise<Value> => {
  const over = new AbortController()
  try {
    return await Promise.race([
      run(),
      systemClock.sleep(ms, over.signal).then(() => {
        throw new Error(`\`${what}\` had not ended after ${ms} ms.`)
      }),
    ])
  } finally {
    over.abort()
  }
}
