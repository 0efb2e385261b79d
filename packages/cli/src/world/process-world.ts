import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from './world.ts'

/** The world of a real process. A second SIGINT ends it at once. */
export const processWorld = (): World => {
  const interrupted = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupted.abort())
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: {
      now: Date.now,
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal })
      },
    },
    fetch: globalThis.fetch,
    env: process.env,
    cwd: process.cwd(),
    signal: interrupted.signal,
  }
}
