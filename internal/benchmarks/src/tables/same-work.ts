import { resolve } from 'node:path'
import { sign } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import {
  type MeasuredServer,
  measureServers,
  ratioTo,
  serverColumns,
  serverRow,
} from '../http/measured-servers.ts'
import { requestBytes } from '../http/request-bytes.ts'
import { bodyOf } from '../payload.ts'
import { buildNextApp } from '../same-work/next-app.ts'
import { variants } from '../same-work/work.ts'
import type { Table } from '../table.ts'

const rounds = 9
const requestsPerTurn = 3000
const frameworks = ['node:http', 'express', 'hono', 'fastify', 'next'] as const

const body = bodyOf(1024)
let sent = 0

const request = async (): Promise<Buffer> => {
  const id = `msg_same_work_${process.pid}_${sent++}`
  return requestBytes(await sign({ id, signedAt: new Date(), body, secret: testSecret }), body)
}

/** One framework after another: a server that idles for half a minute between its turns has lost its compiled code. */
const measure = async (
  chosen: readonly string[],
  works: readonly string[] = variants,
): Promise<readonly MeasuredServer[]> => {
  const servers: MeasuredServer[] = []
  for (const framework of chosen) {
    const measured = await measureServers({
      contenders: works.map((work) => [framework, work] as const),
      source: resolve(import.meta.dirname, '../same-work/server.ts'),
      env: framework === 'next' ? { BENCH_NEXT_APP: await buildNextApp() } : {},
      rounds,
      requestsPerTurn,
      request,
    })
    servers.push(...measured)
  }
  return servers
}

/** The row that does by hand what another one does with core. */
const handOf = (servers: readonly MeasuredServer[], { framework, work }: MeasuredServer) => {
  const inRedis = work.endsWith('Redis') || work.endsWith('redisStore')
  const wanted = inRedis ? 'by hand, Redis' : 'by hand, Map'
  return servers.find((one) => one.framework === framework && one.work === wanted)
}

/** CPU time per request of core beside the same work by hand, with both stores, by framework. */
export const sameWorkRatios = async (
  chosen: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const servers = await measure(chosen, variants.slice(1))
  const cores = servers.filter(({ work }) => work.startsWith('core'))
  return new Map(
    cores.map((server) => [
      `${server.framework}, ${server.work}`,
      ratioTo(server.cpu, handOf(servers, server)?.cpu),
    ]),
  )
}

/** The whole delivery on each framework: bare, by hand and with core, the same work each time. */
export const sameWork = async (): Promise<Table> => {
  const servers = await measure(frameworks)
  return {
    title: 'The same work over HTTP, 1 KiB',
    note: `As above, ${requestsPerTurn} requests in each of ${rounds} rounds. "bare" reads the body and answers. By hand: check, parse, the same zod schema, \`SET NX\` with an expiry and deletion on failure (or a Map), the handler. Core: the same, with a lease that is renewed and fenced, and a second command when the handler has ended. Ratios are relative to the work by hand with the same kind of store.`,
    columns: serverColumns('work'),
    rows: servers.map((server) => serverRow(server, handOf(servers, server))),
  }
}
