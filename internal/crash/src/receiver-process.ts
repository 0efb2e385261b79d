import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { StorePlace } from './store-kind.ts'

/** The settings of a receiver that runs in its own process. */
export interface ReceiverSettings {
  readonly place: StorePlace
  readonly leaseMs: number
  /**
   * `wait`: each run waits for {@link ReceiverProcess.finish}. `block`: it blocks the event loop for
   * three leases. `work`: it takes a few milliseconds and fails at the `failureRate`.
   */
  readonly handler: 'wait' | 'block' | 'work'
  /** 0 to 1. */
  readonly failureRate?: number
}

/** What the process reports. */
export type Report =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'running'; readonly id: string; readonly run: number }
  | { readonly kind: 'aborted'; readonly id: string }

/** A receiver in its own process, which can be killed. */
export interface ReceiverProcess {
  readonly pid: number
  readonly url: string
  readonly reports: readonly Report[]
  /** Waits for the next run of a handler to begin. */
  running(): Promise<void>
  /** Lets the waiting runs finish. */
  finish(): void
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Kills it and waits until it is gone. */
  kill(): Promise<void>
}

/** Built by `pnpm run build:js`, which `pnpm test` runs first. */
const entry = fileURLToPath(new URL('../dist/receiver-main.js', import.meta.url))

const nextReport = async (child: ChildProcess, kind: Report['kind']): Promise<Report> => {
  for (;;) {
    const [report] = (await once(child, 'message')) as [Report]
    if (report.kind === kind) return report
  }
}

/** Starts a receiver in its own process, on a free loopback port. */
export const startReceiver = async (settings: ReceiverSettings): Promise<ReceiverProcess> => {
  const child = fork(entry, [JSON.stringify(settings)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const reports: Report[] = []
  child.on('message', (report: Report) => reports.push(report))
  const started = await Promise.race([nextReport(child, 'listening'), gone])
  if (!('kind' in started) || started.kind !== 'listening' || child.pid === undefined) {
    throw new Error('the receiver did not start')
  }
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${started.port}/`,
    reports,
    running: async () => {
      if (!reports.some(({ kind }) => kind === 'running')) await nextReport(child, 'running')
    },
    finish: () => child.send('finish'),
    signal: (name) => child.kill(name),
    kill: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}
