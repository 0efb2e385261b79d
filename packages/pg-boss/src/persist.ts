import { setTimeout as pause } from 'node:timers/promises'

const pauseMs = 500
const patienceMs = 120_000

/**
 * Repeats a call to pg-boss for up to two minutes while Postgres is away. pg-boss 10 does not wait for its own last
 * write of a batch, and the process ends if that fails: a batch must not end before Postgres answers.
 *
 * @throws whatever the last call throws
 */
export const persist = async <Value>(call: () => Promise<Value>): Promise<Value> => {
  const startedAt = performance.now()
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (performance.now() - startedAt > patienceMs) throw error
      await pause(pauseMs)
    }
  }
}
