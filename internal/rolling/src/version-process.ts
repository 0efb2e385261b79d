import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { StorePlace } from '@ainexlayer/webhooks-crash'

/** What a process of a version is told. */
export interface VersionSettings {
  readonly place: StorePlace
  readonly role: 'web' | 'worker'
  readonly isQueued: boolean
  readonly version: 1 | 2
}

/** A web or worker process of one version of a service. */
export interface VersionProcess {
  readonly pid: number
  readonly version: 1 | 2
  readonly url: string
  /** Sends SIGTERM and waits; false if it left handlers unfinished. */
  stop(): Promise<boolean>
}

/** Built by `pnpm run build:js`. */
const entry = fileURLToPath(new URL('../dist/version-main.js', import.meta.url))

/** Starts one. */
export const startVersion = async (settings: VersionSettings): Promise<VersionProcess> => {
  const child = fork(entry, [JSON.stringify(settings)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const [port] = await Promise.race([once(child, 'message'), gone.then(() => [undefined])])
  if (typeof port !== 'number' || child.pid === undefined) {
    throw new Error('a process of the rolling deploy did not start')
  }
  return {
    pid: child.pid,
    version: settings.version,
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = await gone
      return code === 0
    },
  }
}
