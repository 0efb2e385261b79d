import { type ChildProcess, fork } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sign } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { build } from 'esbuild'
import { load } from '../http/load.ts'
import { bodyOf } from '../payload.ts'
import { median } from '../rounds.ts'
import { type Table, times } from '../table.ts'

const rounds = 9
const requestsPerTurn = 4000
/** Warm-up turns: a server that has run for a while has its hot code compiled. */
const warmUpTurns = 3

const contenders = [
  ...['express', 'hono', 'fastify'].flatMap((framework) =>
    ['none', 'by hand', 'by hand, parsed', 'core', 'svix', 'stripe'].map(
      (verification) => [framework, verification] as const,
    ),
  ),
  ['octokit middleware', 'octokit'] as const,
]

let sent = 0

/** A genuine request with its own id, signed for every contender, as bytes. */
const requestBytes = async (body: Buffer): Promise<Buffer> => {
  const timestamp = Math.floor(Date.now() / 1000)
  const hex = (content: string | Buffer) =>
    createHmac('sha256', testSecret).update(content).digest('hex')
  const signed = await sign({
    id: `msg_http_${sent++}`,
    signedAt: timestamp,
    body,
    secret: testSecret,
  })
  const headers = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...signed,
    'stripe-signature': `t=${timestamp},v1=${hex(`${timestamp}.${body}`)}`,
    'x-hub-signature-256': `sha256=${hex(body)}`,
    'x-github-event': 'ping',
    'x-github-delivery': `${sent}`,
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n`), body])
}

interface Server {
  readonly framework: string
  readonly verification: string
  readonly child: ChildProcess
  readonly port: number
  readonly rates: number[]
  /** CPU time per request in microseconds, by round. */
  readonly cpu: number[]
  wrong: number
}

/** The CPU time that a server has used so far, in microseconds. */
const cpuOf = async (child: ChildProcess): Promise<number> => {
  child.send('cpu')
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
  return user + system
}

const startServer = async (framework: string, verification: string) => {
  // Bundled first, so that what tsx adds to each function is not measured.
  const child: ChildProcess = fork('.cache/server.mjs', [framework, verification], {
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const [port] = (await once(child, 'message')) as [number]
  return { child, port }
}

/** Requests per second of servers on loopback, each in its own process. */
export const http = async (): Promise<Table> => {
  mkdirSync('.cache', { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('../http/server.ts', import.meta.url))],
    outfile: '.cache/server.mjs',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  const servers: Server[] = []
  for (const [framework, verification] of contenders) {
    servers.push({
      framework,
      verification,
      ...(await startServer(framework, verification)),
      rates: [],
      cpu: [],
      wrong: 0,
    })
  }
  const body = bodyOf(1024)
  try {
    for (let round = -warmUpTurns; round < rounds; round++) {
      for (const server of servers) {
        const requests = await Promise.all(
          Array.from({ length: requestsPerTurn }, () => requestBytes(body)),
        )
        const before = await cpuOf(server.child)
        const { perSecond, wrong } = await load(server.port, requests)
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
  const handOf = (framework: string): Server | undefined =>
    servers.find((one) => one.framework === framework && one.verification === 'by hand') ??
    servers.find((one) => one.framework === 'express' && one.verification === 'by hand')
  return {
    title: 'Requests per second over HTTP, 1 KiB',
    note: `On loopback, the server and the load generator in separate processes, 32 connections, ${requestsPerTurn} requests in each of ${rounds} interleaved rounds, each with its own id. "none" reads the body; "by hand" only checks the signature; "core" also parses, validates, deduplicates and dispatches; svix and stripe verify and parse. Ratios are relative to "by hand" on the same framework (octokit: to Express): of requests per second, where higher is better, and of CPU time per request in the server's process, where lower is better and which varies less.`,
    columns: [
      'framework',
      'verification',
      'requests/s',
      'ratio',
      'CPU/request',
      'ratio',
      'not 200',
    ],
    rows: servers.map(({ framework, verification, rates, cpu, wrong }) => {
      const hand = handOf(framework)
      const against = (mine: readonly number[], base: readonly number[] = []) =>
        times(median(mine.map((value, round) => value / (base[round] ?? value))))
      return [
        framework,
        verification,
        Math.round(median(rates)).toLocaleString('en-GB'),
        against(rates, hand?.rates),
        `${median(cpu).toFixed(0)} µs`,
        against(cpu, hand?.cpu),
        String(wrong),
      ]
    }),
  }
}
