import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { StorePlace } from '@ainexlayer/webhooks-crash'

/** What serves a receiver in a process of its own. Lambda has no process that anybody stops. */
export const adapters = ['node', 'express', 'fastify', 'hono', 'next'] as const

/** One of {@link adapters}. */
export type Adapter = (typeof adapters)[number]

/** What a process is told. */
export interface ServiceSettings {
  readonly place: StorePlace
  readonly adapter: Adapter
  /** Milliseconds that deliveries under way have after SIGTERM. */
  readonly timeoutMs: number
  /** The longest that a handler takes, in milliseconds. */
  readonly workMs: number
}

/** A service in its own process. */
export interface ServiceProcess {
  readonly url: string
  /** Sends SIGTERM and waits; with the code that it ended with, and after how many milliseconds. */
  stop(): Promise<{ readonly code: unknown; readonly ms: number }>
}

/** Built by `pnpm run build:js`. */
const entry = fileURLToPath(new URL('../../dist/service-main.js', import.meta.url))

/** Starts one. */
export const startService = async (settings: ServiceSettings): Promise<ServiceProcess> => {
  const child = fork(entry, [JSON.stringify(settings)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const [port] = await Promise.race([once(child, 'message'), gone.then(() => [undefined])])
  if (typeof port !== 'number') throw new Error(`the service on ${settings.adapter} did not start`)
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      const startedAt = performance.now()
      child.kill('SIGTERM')
      const [code, signal] = await gone
      return { code: code ?? signal, ms: performance.now() - startedAt }
    },
  }
}
