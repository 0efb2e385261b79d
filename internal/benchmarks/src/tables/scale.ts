import { resolve } from 'node:path'
import { sign } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import pg from 'pg'
import { load } from '../http/load.ts'
import { bundled, startServer } from '../http/measured-servers.ts'
import { requestBytes } from '../http/request-bytes.ts'
import { bodyOf } from '../payload.ts'
import { median } from '../rounds.ts'
import { databaseUrl, postgresTable } from '../same-work/work.ts'
import type { Table } from '../table.ts'

const rounds = 5
const requestsPerTurn = 6000
const processes = [1, 2, 4] as const
const stores = ['core, redisStore', 'core, postgresStore'] as const

const body = bodyOf(1024)
let sent = 0

const request = async (): Promise<Buffer> => {
  const id = `msg_scale_${process.pid}_${sent++}`
  return requestBytes(await sign({ id, signedAt: new Date(), body, secret: testSecret }), body)
}

/** Deliveries per second when so many servers with one store get a share of them each. */
const rateOf = async (ports: readonly number[]): Promise<number> => {
  const share = Math.floor(requestsPerTurn / ports.length)
  const requests = await Promise.all(Array.from({ length: share * ports.length }, request))
  const startedAt = performance.now()
  const loads = await Promise.all(
    ports.map((port, index) =>
      load(
        port,
        requests.slice(index * share, (index + 1) * share),
        Math.ceil(64 / ports.length),
        true,
      ),
    ),
  )
  if (loads.some(({ wrong }) => wrong > 0)) throw new Error('a delivery was not answered with 200')
  return (requests.length * 1000) / (performance.now() - startedAt)
}

/** Deliveries per second by the number of receiver processes that share one store. */
export const scale = async (): Promise<Table> => {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? databaseUrl, max: 1 })
  await postgresStore({ client: pool, table: postgresTable }).migrate()
  const file = await bundled(resolve(import.meta.dirname, '../same-work/server.ts'))
  const rows: string[][] = []
  try {
    for (const store of stores) {
      const servers = await Promise.all(
        Array.from({ length: Math.max(...processes) }, () =>
          startServer(file, ['node:http', store]),
        ),
      )
      const rates = new Map<number, number[]>(processes.map((count) => [count, []]))
      for (let round = -1; round < rounds; round++) {
        for (const count of processes) {
          const rate = await rateOf(servers.slice(0, count).map(({ port }) => port))
          if (round >= 0) rates.get(count)?.push(rate)
        }
      }
      for (const { child } of servers) child.kill()
      rows.push([
        store,
        ...[...rates.values()].map((all) => `${Math.round(median(all)).toLocaleString('en-GB')}/s`),
      ])
    }
  } finally {
    await pool.query(`DROP TABLE IF EXISTS ${postgresTable}`)
    await pool.end()
  }
  return {
    title: 'Deliveries by processes, with one store',
    note: `node:http and core, 1 KiB, ${requestsPerTurn} deliveries in each of ${rounds} interleaved rounds over 64 connections; the load, the store's server and all receivers share the machine's cores.`,
    columns: ['', ...processes.map((count) => `${count} process${count > 1 ? 'es' : ''}`)],
    rows,
  }
}
