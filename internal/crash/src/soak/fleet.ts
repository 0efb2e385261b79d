import { setTimeout as sleep } from 'node:timers/promises'
import { type ReceiverProcess, type ReceiverSettings, startReceiver } from '../receiver-process.ts'

/** A process that was killed. */
export interface Kill {
  readonly pid: number
  /** Unix milliseconds. */
  readonly at: number
}

/** Several receivers. One of them is killed at intervals and started again. */
export interface Fleet {
  readonly kills: readonly Kill[]
  /** The address of any of them. */
  anyUrl(): string
  stop(): Promise<void>
}

/** Starts receivers, and kills one with SIGKILL every `killEveryMs`. */
export const startFleet = async (
  size: number,
  killEveryMs: number,
  settings: ReceiverSettings,
): Promise<Fleet> => {
  const start = () => startReceiver(settings)
  const slots: ReceiverProcess[] = await Promise.all(Array.from({ length: size }, start))
  const kills: Kill[] = []
  const stopping = new AbortController()

  const reap = async (): Promise<void> => {
    for (;;) {
      await sleep(killEveryMs, undefined, { signal: stopping.signal })
      const index = Math.floor(Math.random() * size)
      const doomed = slots[index]
      if (doomed === undefined) continue
      await doomed.kill()
      kills.push({ pid: doomed.pid, at: Date.now() })
      slots[index] = await start()
    }
  }
  const reaping = reap().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error
  })

  return {
    kills,
    anyUrl: () => slots[Math.floor(Math.random() * size)]?.url ?? '',
    stop: async () => {
      stopping.abort()
      await reaping
      await Promise.all(slots.map((receiver) => receiver.kill()))
    },
  }
}
