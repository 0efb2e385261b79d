import { setTimeout as sleep } from 'node:timers/promises'
import { postgresStore, postgresTransactional } from '@ainexlayer/webhooks-postgres'
import pg from 'pg'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import {
  deliverThroughFailover,
  postgresFolder,
  startPostgresPair,
  startProxy,
} from '../src/index.ts'

const isThere = postgresFolder() !== undefined
if (!isThere && process.env['CI'] === 'true') throw new Error('no Postgres server on this machine')
const noBinary = 'no Postgres server on this machine (apt-get install postgresql)'

const hasQuery = (tx: unknown): tx is pg.PoolClient =>
  typeof tx === 'object' && tx !== null && 'query' in tx

test.for([
  ['postgresStore, synchronous replica', true, false],
  ['postgresTransactional, synchronous replica', true, true],
  ['postgresStore, asynchronous replica', false, false],
] as const)(
  '%s: when it is promoted in the middle of deliveries, no event is lost',
  { timeout: 60_000 },
  async ([name, isSynchronous, isTransactional], { skip }) => {
    if (!isThere) skip(noBinary)
    const pair = await startPostgresPair(isSynchronous)
    // A virtual address that follows the primary, for the client that knows one address only.
    const address = await startProxy(pair.primaryPort)
    const pool = new pg.Pool({
      connectionString: `postgres://postgres@127.0.0.1:${address.port}/postgres`,
      connectionTimeoutMillis: 1000,
    })
    pool.on('error', () => {})
    const hosts = [pair.primaryPort, pair.replicaPort].map((port) => `127.0.0.1:${port}`)
    const sql = postgres(`postgres://postgres@${hosts}/postgres`, {
      target_session_attrs: 'read-write',
      connect_timeout: 1,
      onnotice: () => {},
    })
    try {
      await postgresStore({ client: pool }).migrate()
      await pool.query('CREATE TABLE effects (id text)')
      const count = await deliverThroughFailover({
        stores: isTransactional
          ? [postgresTransactional({ client: pool })]
          : [postgresStore({ client: pool }), postgresStore({ client: sql })],
        effect: async (id, tx) => {
          if (hasQuery(tx)) await tx.query('INSERT INTO effects VALUES ($1)', [id])
        },
        kill: pair.killPrimary,
        failedOver: async () => {
          // Whoever promotes it must first see that the primary is gone.
          await sleep(1000)
          await pair.promote()
          address.moveTo(pair.replicaPort)
        },
        restMs: 1000,
      })
      const { rows } = await pool.query<{ effects: string; events: string }>(
        'SELECT count(*) AS effects, count(DISTINCT id) AS events FROM effects',
      )
      console.log(name, count, rows[0])
      expect(count).toMatchObject({
        lost: 0,
        againAfterRest: 0,
        ...(isSynchronous ? { again: 0 } : {}),
      })
      expect(count.refused).toBeGreaterThan(0)
      if (isTransactional) {
        expect(rows[0]).toEqual({ effects: `${count.events}`, events: `${count.events}` })
      }
    } finally {
      await Promise.all([pool.end(), sql.end({ timeout: 1 }), address.close()])
      await pair.close()
    }
  },
)
