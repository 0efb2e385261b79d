import { postgresTransactional } from '@ainexlayer/webhooks-postgres'
import pg from 'pg'
import postgres from 'postgres'
import { async, type Case, compare } from '../rounds.ts'
import { perSecond, type Table, times } from '../table.ts'

const url = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
const table = `ainl_bench_tx_${process.pid}`
const [seen, effects] = [`${table}_seen`, `${table}_effects`]
const remember = `INSERT INTO ${seen} VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1`
const effect = `INSERT INTO ${effects} VALUES ($1)`

let keys = 0
const newKey = (): string => `bench:${process.pid}:${keys++}`

/** By hand: BEGIN, the id into a table, the effect, COMMIT. */
const byHandOnPg = (pool: pg.Pool) => async (): Promise<void> => {
  const key = newKey()
  const connection = await pool.connect()
  try {
    await connection.query('BEGIN')
    const { rows } = await connection.query({ name: 'seen', text: remember, values: [key] })
    if (rows.length === 1) {
      await connection.query({ name: 'effect', text: effect, values: [key] })
    }
    await connection.query('COMMIT')
  } catch (error) {
    await connection.query('ROLLBACK')
    throw error
  } finally {
    connection.release()
  }
}

const byHandOnPostgresJs = (sql: postgres.Sql) => (): Promise<unknown> =>
  sql.begin(async (tx) => {
    const key = newKey()
    const rows = await tx.unsafe(remember, [key], { prepare: true })
    if (rows.length === 1) await tx.unsafe(effect, [key], { prepare: true })
  })

const oursOnPg = (pool: pg.Pool) => {
  const store = postgresTransactional({ client: pool, table, warn: () => {} })
  return () => {
    const key = newKey()
    return store.transact(request(key), async (tx) => {
      await tx.query({ name: 'effect', text: effect, values: [key] })
      return { commit: true, value: undefined }
    })
  }
}

const oursOnPostgresJs = (sql: postgres.Sql) => {
  const store = postgresTransactional({ client: sql, table, warn: () => {} })
  return () => {
    const key = newKey()
    return store.transact(request(key), async (tx) => {
      await tx.unsafe(effect, [key], { prepare: true })
      return { commit: true, value: undefined }
    })
  }
}

const request = (key: string) => ({
  key,
  fingerprint: '0'.repeat(64),
  retentionMs: 600_000,
  maxRunMs: 10_000,
})

/** The transactional mode, compared with the same transaction by hand. */
export const transactions = async (): Promise<Table> => {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  const pipelined = new pg.Pool({ connectionString: url, max: 10, pipeline: true })
  const sql = postgres(url, { max: 10, onnotice: () => {} })
  await postgresTransactional({ client: pool, table }).migrate()
  await pool.query(`CREATE TABLE ${seen} (id text PRIMARY KEY); CREATE TABLE ${effects} (id text)`)
  const contests: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] = [
    ['pg, pool of 10', byHandOnPg(pool), oursOnPg(pool)],
    ['pg, pool of 10, pipeline: true', byHandOnPg(pipelined), oursOnPg(pipelined)],
    ['postgres.js, 10', byHandOnPostgresJs(sql), oursOnPostgresJs(sql)],
  ]
  const rows: string[][] = []
  try {
    for (const [client, byHand, ours] of contests) {
      for (const lanes of [1, 10]) {
        const cases: Case[] = [async('by hand', byHand, lanes), async('ours', ours, lanes)]
        const [hand, store] = await compare(cases, { rounds: 9, batchMs: 60 })
        if (hand === undefined || store === undefined) continue
        const figures = [perSecond(hand.ns), perSecond(store.ns), times(store.ratio)]
        rows.push([client, `${lanes}`, ...figures])
      }
    }
  } finally {
    await pool.query(`DROP TABLE ${table}, ${seen}, ${effects}`)
    await Promise.all([pool.end(), pipelined.end(), sql.end()])
  }
  return {
    title: 'A transaction with one effect, on Postgres',
    note: 'By hand: BEGIN, the id into a table, the effect, COMMIT. The transactional store: the same with a claim that waits for no lock, limits on the server, and a check that the transaction is still its own. Time, lower is better.',
    columns: ['client', 'at once', 'by hand', 'transactional store', 'time, ours to by hand'],
    rows,
  }
}
