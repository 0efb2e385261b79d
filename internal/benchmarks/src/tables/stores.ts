import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@ainexlayer/webhooks'
import type { IdempotencyStore } from '@ainexlayer/webhooks/store'
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import { redisStore } from '@ainexlayer/webhooks-redis'
import { sqliteStore } from '@ainexlayer/webhooks-sqlite'
import { Redis } from 'ioredis'
import Database from 'libsql'
import pg from 'pg'
import postgres from 'postgres'
import { createClient } from 'redis'
import { async, type Case, compare } from '../rounds.ts'
import { perSecond, type Table, times } from '../table.ts'

let keys = 0
const newKey = (): string => `bench:${process.pid}:${keys++}`

/** What a receiver does for a new event. */
const claimAndComplete = (store: IdempotencyStore) => async (): Promise<void> => {
  const owner = { key: newKey(), token: 'a-token-of-this-delivery' }
  const fingerprint = '0'.repeat(64)
  await store.claim({ ...owner, fingerprint, leaseMs: 60_000, retentionMs: 600_000 })
  await store.complete({ ...owner, result: null })
}

interface Contest {
  readonly client: string
  /** The same two round trips with the client's plainest commands. */
  readonly bare: () => Promise<unknown>
  readonly bareIs: string
  readonly store: IdempotencyStore
}

const inFlight = [1, 50] as const

const measured = async (contests: readonly Contest[]): Promise<string[][]> => {
  const rows: string[][] = []
  for (const { client, bare, bareIs, store } of contests) {
    for (const lanes of inFlight) {
      const cases: Case[] = [
        async(bareIs, bare, lanes),
        async('store', claimAndComplete(store), lanes),
      ]
      const [plain, ours] = await compare(cases, { rounds: 9, batchMs: 60 })
      if (plain === undefined || ours === undefined) continue
      rows.push([
        client,
        bareIs,
        `${lanes}`,
        perSecond(plain.ns),
        perSecond(ours.ns),
        times(ours.ratio),
      ])
    }
  }
  return rows
}

/** Claim and complete, compared with plain commands on the same client. */
export const stores = async (): Promise<Table> => {
  const folder = mkdtempSync(join(tmpdir(), 'ainl-bench-'))
  const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'
  const ioredis = new Redis(redisUrl)
  const nodeRedis = await createClient({ url: redisUrl }).connect()
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
  const sql = postgres(databaseUrl, { max: 10, onnotice: () => {} })
  const db = new Database(join(folder, 'events.db'))
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')

  const table = `ainl_bench_${process.pid}`
  const bareTable = `${table}_bare`
  const createBare = `CREATE TABLE ${bareTable} (key text PRIMARY KEY, value text)`
  await pool.query(createBare)
  db.exec(createBare)
  const onPg = postgresStore({ client: pool, table })
  const onPostgresJs = postgresStore({ client: sql, table })
  const onSqlite = sqliteStore({ db, table })
  await onPg.migrate()
  await onSqlite.migrate()

  const insert = `INSERT INTO ${bareTable} VALUES ($1, $2)`
  const update = `UPDATE ${bareTable} SET value = $2 WHERE key = $1`
  const [sqliteInsert, sqliteUpdate] = [
    db.prepare(`INSERT INTO ${bareTable} VALUES (?, ?)`),
    db.prepare(`UPDATE ${bareTable} SET value = ? WHERE key = ?`),
  ]
  const map = new Map<string, string>()
  const contests: Contest[] = [
    {
      client: 'memory',
      bareIs: 'Map.set × 2',
      bare: async () => {
        const key = newKey()
        map.set(key, 'a')
        await undefined
        map.set(key, 'b')
        if (map.size > 100_000) map.clear()
      },
      store: memoryStore(),
    },
    {
      client: 'SQLite (libsql, WAL, FULL)',
      bareIs: 'INSERT, UPDATE',
      bare: async () => {
        const key = newKey()
        sqliteInsert.run(key, 'a')
        await undefined
        sqliteUpdate.run('b', key)
      },
      store: onSqlite,
    },
    {
      client: 'Redis (ioredis)',
      bareIs: 'SET NX PX, SET XX',
      bare: async () => {
        const key = newKey()
        await ioredis.set(key, 'a', 'PX', 600_000, 'NX')
        await ioredis.set(key, 'b', 'PX', 600_000, 'XX')
      },
      store: redisStore({ client: ioredis, prefix: table }),
    },
    {
      client: 'Redis (node-redis)',
      bareIs: 'SET NX PX, SET XX',
      bare: async () => {
        const key = newKey()
        await nodeRedis.set(key, 'a', { PX: 600_000, NX: true })
        await nodeRedis.set(key, 'b', { PX: 600_000, XX: true })
      },
      store: redisStore({ client: nodeRedis, prefix: table }),
    },
    {
      client: 'Postgres (pg, pool of 10)',
      bareIs: 'INSERT, UPDATE, prepared',
      bare: async () => {
        const key = newKey()
        await pool.query({ name: 'bare_insert', text: insert, values: [key, 'a'] })
        await pool.query({ name: 'bare_update', text: update, values: [key, 'b'] })
      },
      store: onPg,
    },
    {
      client: 'Postgres (postgres.js, 10)',
      bareIs: 'INSERT, UPDATE, prepared',
      bare: async () => {
        const key = newKey()
        await sql.unsafe(insert, [key, 'a'], { prepare: true })
        await sql.unsafe(update, [key, 'b'], { prepare: true })
      },
      store: onPostgresJs,
    },
  ]
  try {
    return {
      title: 'Claim and complete',
      note: 'A new event: `claim`, then `complete`, compared with two of the plainest commands on the same client; 1 and 50 at a time. Lower × is better.',
      columns: [
        'store',
        'bare commands',
        'at once',
        'bare',
        'claim + complete',
        'time, ours to bare',
      ],
      rows: await measured(contests),
    }
  } finally {
    await pool.query(`DROP TABLE IF EXISTS ${table}, ${bareTable}`)
    for await (const found of ioredis.scanStream({
      match: `*bench:${process.pid}:*`,
      count: 1000,
    })) {
      if (found.length > 0) await ioredis.unlink(...found)
    }
    ioredis.disconnect()
    nodeRedis.destroy()
    await Promise.all([pool.end(), sql.end()])
    db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
