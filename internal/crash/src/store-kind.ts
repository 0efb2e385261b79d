import type { IdempotencyStore, TransactionalStore } from '@ainexlayer/webhooks/store'
import { postgresStore, postgresTransactional } from '@ainexlayer/webhooks-postgres'
import { redisStore } from '@ainexlayer/webhooks-redis'
import { sqliteStore, sqliteTransactional } from '@ainexlayer/webhooks-sqlite'
import { Redis } from 'ioredis'
import Database from 'libsql'
import pg from 'pg'

/** The stores that outlive a process. */
export const storeKinds = [
  'redis',
  'postgres',
  'postgres-transactional',
  'sqlite',
  'sqlite-transactional',
] as const

/** One of them. */
export type StoreKind = (typeof storeKinds)[number]

/** Where a store is; all processes of one test share it. */
export interface StorePlace {
  readonly kind: StoreKind
  /** A URL, or the path of a SQLite file. */
  readonly url: string
  /** A name unique to this test: the prefix of its keys or tables. */
  readonly namespace: string
  /** For how long SQLite waits for a lock, and blocks the event loop, in milliseconds; default 2000. */
  readonly busyMs?: number
}

/** A run of a handler, as recorded in the effects. */
export interface Effect {
  readonly id: string
  readonly pid: number
  readonly run: number
  /** Unix milliseconds. */
  readonly at: number
}

/** A store opened by a process, and the effects of its handlers. */
export interface OpenStore {
  readonly store: IdempotencyStore | TransactionalStore<unknown>
  /** Creates the tables. */
  setUp(): Promise<void>
  /** Writes one effect, through `tx` if the store is transactional. */
  leave(tx: unknown, effect: Effect): Promise<void>
  effects(): Promise<readonly Effect[]>
  tearDown(): Promise<void>
  close(): Promise<void>
}

const openRedis = ({ url, namespace }: StorePlace): OpenStore => {
  const client = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 1000 })
  // Without a time limit: a write that is given up and done all the same would fail a handler after its effect.
  const effects = new Redis(url, { maxRetriesPerRequest: 1, lazyConnect: true })
  for (const one of [client, effects]) one.on('error', () => {})
  const list = `${namespace}effects`
  return {
    store: redisStore({ client, prefix: namespace, warn: () => {} }),
    setUp: async () => {},
    leave: async (_tx, effect) => {
      await effects.rpush(list, JSON.stringify(effect))
    },
    effects: async () => (await client.lrange(list, 0, -1)).map((text) => JSON.parse(text)),
    tearDown: async () => {
      for await (const keys of client.scanStream({ match: `${namespace}*`, count: 1000 })) {
        if (keys.length > 0) await client.del(...keys)
      }
    },
    close: async () => {
      client.disconnect()
      effects.disconnect()
    },
  }
}

const isTransaction = (tx: unknown): tx is pg.PoolClient =>
  typeof tx === 'object' && tx !== null && 'query' in tx

const openPostgres = ({ kind, url, namespace }: StorePlace): OpenStore => {
  const pool = new pg.Pool({ connectionString: url, max: 6, connectionTimeoutMillis: 5000 })
  pool.on('error', () => {})
  const [table, effects] = [`${namespace}_events`, `${namespace}_effects`]
  const store =
    kind === 'postgres'
      ? postgresStore({ client: pool, table })
      : postgresTransactional({ client: pool, table })
  return {
    store,
    setUp: async () => {
      await store.migrate()
      await pool.query(
        `CREATE TABLE IF NOT EXISTS ${effects} (id text, pid int, run int, at float8)`,
      )
    },
    leave: async (tx, { id, pid, run, at }) => {
      const connection = isTransaction(tx) ? tx : pool
      await connection.query(`INSERT INTO ${effects} VALUES ($1, $2, $3, $4)`, [id, pid, run, at])
    },
    effects: async () => (await pool.query<Effect>(`SELECT * FROM ${effects} ORDER BY at`)).rows,
    tearDown: async () => {
      await pool.query(`DROP TABLE IF EXISTS ${table}, ${effects}`)
    },
    close: () => pool.end(),
  }
}

const openSqlite = ({ kind, url, namespace, busyMs = 2000 }: StorePlace): OpenStore => {
  const db = new Database(url)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA busy_timeout = ${busyMs}; PRAGMA synchronous = FULL`)
  const [table, effects] = [`${namespace}_events`, `${namespace}_effects`]
  const store = kind === 'sqlite' ? sqliteStore({ db, table }) : sqliteTransactional({ db, table })
  return {
    store,
    setUp: async () => {
      await store.migrate()
      db.exec(`CREATE TABLE IF NOT EXISTS ${effects} (id TEXT, pid INT, run INT, at REAL)`)
    },
    leave: async (_tx, { id, pid, run, at }) => {
      db.prepare(`INSERT INTO ${effects} VALUES (?, ?, ?, ?)`).run(id, pid, run, at)
    },
    effects: async () => db.prepare(`SELECT * FROM ${effects} ORDER BY at`).all() as Effect[],
    tearDown: async () => {
      db.exec(`DROP TABLE IF EXISTS ${table}; DROP TABLE IF EXISTS ${effects}`)
    },
    close: async () => {
      db.close()
    },
  }
}

/** Opens a store in this process. */
export const openStore = (place: StorePlace): OpenStore => {
  switch (place.kind) {
    case 'redis':
      return openRedis(place)
    case 'postgres':
    case 'postgres-transactional':
      return openPostgres(place)
    case 'sqlite':
    case 'sqlite-transactional':
      return openSqlite(place)
  }
}
