import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { build } from 'esbuild'
import { median } from '../rounds.ts'
import { times } from '../table.ts'
import { load } from './load.ts'

/** Warm-up turns: a server that has run for a while has its hot code compiled. */
const warmUpTurns = 3

/** A framework, and what its server does. */
export type Contender = readonly [framework: string, work: string]

/** What was measured of one server. */
export interface MeasuredServer {
  readonly framework: string
  readonly work: string
  /** Requests per second, by round. */
  readonly rates: readonly number[]
  /** CPU time per request in microseconds, by round. */
  readonly cpu: readonly number[]
  /** Answers that were not 200. */
  readonly wrong: number
}

/** What is measured. */
export interface ServerRun {
  readonly contenders: readonly Contender[]
  /** The server's source: started with the framework and the work as arguments, it sends its port. */
  readonly source: string
  readonly env?: Readonly<Record<string, string>>
  readonly rounds: number
  readonly requestsPerTurn: number
  /** Makes the bytes of one request, each with its own id. */
  readonly request: () => Promise<Buffer>
}

/** The CPU time that a server has used so far, in microseconds. */
const cpuOf = async (child: ChildProcess): Promise<number> => {
  child.send('cpu')
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
  return user + system
}

/** Bundles a server first, so that what tsx adds to each function is not measured. */
export const bundled = async (source: string): Promise<string> => {
  mkdirSync('.cache', { recursive: true })
  const outfile = `.cache/server-${process.pid}.mjs`
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  return outfile
}

/** Starts one server, in its own process. */
export const startServer = async (
  file: string,
  [framework, work]: Contender,
  env: ServerRun['env'] = {},
) => {
  const child: ChildProcess = fork(file, [framework, work], {
    execArgv: [],
    env: { ...process.env, ...env, BENCH_VARIANT: work, NODE_ENV: 'production' },
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the server of ${framework}, ${work}, ended before it listened`)
  })
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number]
  ended.catch(() => {})
  return { framework, work, child, port, rates: [] as number[], cpu: [] as number[], wrong: 0 }
}

/** Measures servers on loopback, each in its own process: all of them take their turn in every round. */
export const measureServers = async ({
  contenders,
  source,
  env,
  rounds,
  requestsPerTurn,
  request,
}: ServerRun): Promise<readonly MeasuredServer[]> => {
  const file = await bundled(source)
  const servers: Awaited<ReturnType<typeof startServer>>[] = []
  try {
    for (const contender of contenders) servers.push(await startServer(file, contender, env))
    for (let round = -warmUpTurns; round < rounds; round++) {
      for (const server of servers) {
        const requests = await Promise.all(Array.from({ length: requestsPerTurn }, request))
        const before = await cpuOf(server.child)
        // Redis needs its share of the cores, too.
        const usesRedis = /redis/i.test(server.work)
        const { perSecond, wrong } = await load(server.port, requests, undefined, usesRedis)
        if (round >= 0) {
          server.rates[round] = perSecond
          server.cpu[round] = ((await cpuOf(server.child)) - before) / requestsPerTurn
        }
        server.wrong += wrong
      }
    }
  } finally {
    for (const { child } of servers) child.kill()
  }
  return servers
}

/** The median of the ratios within each round. */
export const ratioTo = (mine: readonly number[], base: readonly number[] = []): number =>
  median(mine.map((value, round) => value / (base[round] ?? value)))

/** A row of the table: both figures of a server, beside those of another one. */
export const serverRow = (server: MeasuredServer, base: MeasuredServer | undefined): string[] => [
  server.framework,
  server.work,
  Math.round(median(server.rates)).toLocaleString('en-GB'),
  times(ratioTo(server.rates, base?.rates)),
  `${median(server.cpu).toFixed(0)} µs`,
  times(ratioTo(server.cpu, base?.cpu)),
  String(server.wrong),
]

/** The columns of {@link serverRow}. */
export const serverColumns = (work: string): readonly string[] => [
  ...['framework', work, 'requests/s', 'ratio', 'CPU/request', 'ratio', 'not 200'],
]
