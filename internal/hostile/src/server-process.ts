import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Adapter, ServerReport } from './server-report.ts'

/** Built by `pnpm run build:js`. */
const entry = fileURLToPath(new URL('../dist/server-main.js', import.meta.url))

type Sample = Extract<ServerReport, { kind: 'sample' }>

/** A receiver in a process of its own, with a heap of 256 MB. */
export interface ServerProcess {
  readonly port: number
  /** When each genuine event was first handled, on the clock of `performance.now()`. */
  readonly handledAt: ReadonlyMap<string, number>
  /** Events that were handled more than once. */
  readonly doubled: ReadonlySet<string>
  /** What nobody caught. */
  readonly uncaught: readonly string[]
  /** Whether the process has ended by itself. */
  hasEnded(): boolean
  sample(): Promise<Sample | undefined>
  stop(): Promise<void>
}

const listening = async (child: ChildProcess): Promise<number> => {
  for (;;) {
    const [report] = (await once(child, 'message')) as [ServerReport]
    if (report.kind === 'listening') return report.port
  }
}

/** Starts a receiver on a free loopback port. */
export const startServer = async (adapter: Adapter): Promise<ServerProcess> => {
  const child = fork(entry, [adapter], {
    execArgv: ['--max-old-space-size=256'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const gone = once(child, 'exit')
  const handledAt = new Map<string, number>()
  const doubled = new Set<string>()
  const uncaught: string[] = []
  const waiting: ((sample: Sample | undefined) => void)[] = []
  child.on('message', (report: ServerReport) => {
    if (report.kind === 'handled') {
      if (handledAt.has(report.id)) doubled.add(report.id)
      else handledAt.set(report.id, performance.now())
    }
    if (report.kind === 'uncaught') uncaught.push(report.message)
    if (report.kind === 'sample') waiting.shift()?.(report)
  })
  child.once('exit', () => {
    for (const resolve of waiting.splice(0)) resolve(undefined)
  })
  const port = await Promise.race([listening(child), gone.then(() => undefined)])
  if (port === undefined) throw new Error(`the server with ${adapter} did not start`)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  return {
    port,
    handledAt,
    doubled,
    uncaught,
    hasEnded,
    sample: () =>
      new Promise((resolve) => {
        if (hasEnded()) return resolve(undefined)
        waiting.push(resolve)
        child.send('sample')
      }),
    stop: async () => {
      if (!hasEnded()) {
        child.kill('SIGKILL')
        await gone
      }
    },
  }
}
