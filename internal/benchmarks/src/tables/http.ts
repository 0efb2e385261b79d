import { createHmac } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { sign } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { measureServers, serverColumns, serverRow } from '../http/measured-servers.ts'
import { requestBytes } from '../http/request-bytes.ts'
import { bodyOf } from '../payload.ts'
import type { Table } from '../table.ts'

const rounds = 9
const requestsPerTurn = 4000

const contenders = [
  ...['express', 'hono', 'fastify'].flatMap((framework) =>
    ['none', 'by hand', 'by hand, parsed', 'core', 'svix', 'stripe'].map(
      (verification) => [framework, verification] as const,
    ),
  ),
  ['octokit middleware', 'octokit'] as const,
]

const body = bodyOf(1024)
let sent = 0

/** A genuine request with its own id, signed for every contender. */
const request = async (): Promise<Buffer> => {
  const timestamp = Math.floor(Date.now() / 1000)
  const hex = (content: string | Buffer) =>
    createHmac('sha256', testSecret).update(content).digest('hex')
  const signed = await sign({
    id: `msg_http_${sent++}`,
    signedAt: timestamp,
    body,
    secret: testSecret,
  })
  return requestBytes(
    {
      ...signed,
      'stripe-signature': `t=${timestamp},v1=${hex(`${timestamp}.${body}`)}`,
      'x-hub-signature-256': `sha256=${hex(body)}`,
      'x-github-event': 'ping',
      'x-github-delivery': `${sent}`,
    },
    body,
  )
}

/** Requests per second of servers on loopback, each in its own process. */
export const http = async (): Promise<Table> => {
  const servers = await measureServers({
    contenders,
    source: fileURLToPath(new URL('../http/server.ts', import.meta.url)),
    rounds,
    requestsPerTurn,
    request,
  })
  const handOf = (framework: string) =>
    servers.find((one) => one.framework === framework && one.work === 'by hand') ??
    servers.find((one) => one.framework === 'express' && one.work === 'by hand')
  return {
    title: 'Requests per second over HTTP, 1 KiB',
    note: `On loopback, the server and the load generator in separate processes, 32 connections, ${requestsPerTurn} requests in each of ${rounds} interleaved rounds, each with its own id. "none" reads the body; "by hand" only checks the signature; "core" also parses, validates, deduplicates and dispatches; svix and stripe verify and parse. Ratios are relative to "by hand" on the same framework (octokit: to Express): of requests per second, where higher is better, and of CPU time per request in the server's process, where lower is better and which varies less.`,
    columns: serverColumns('verification'),
    rows: servers.map((server) => serverRow(server, handOf(server.framework))),
  }
}
