/** The same work twice: by hand, as a careful engineer writes it in an afternoon, and with core. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createReceiver, memoryStore } from '@ainexlayer/webhooks'
import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import type { IdempotencyStore } from '@ainexlayer/webhooks/store'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import { redisStore } from '@ainexlayer/webhooks-redis'
import { Redis } from 'ioredis'
import pg from 'pg'

/** What one server does with a delivery. */
export const variants = [
  'bare',
  'by hand, Map',
  'core, memory store',
  'by hand, Redis',
  'core, redisStore',
] as const
/** How much is asked of a server: one of {@link variants}, or a store that only the table of scale has. */
export type Variant = (typeof variants)[number] | 'core, postgresStore'

/** The table of `core, postgresStore`, made by who starts the servers. */
export const postgresTable = 'ainl_bench_scale'

/** How long an id is remembered, in milliseconds. */
const rememberMs = 600_000

/** Reads a header, in whatever way the framework has it. */
export type Header = (name: string) => string | null | undefined

/** Remembers ids: `first` tells whether an id is new, `forget` gives it back after a failure. */
interface Memory {
  first(id: string): boolean | Promise<boolean>
  forget(id: string): unknown
}

const inMap = (): Memory => {
  const expiries = new Map<string, number>()
  return {
    first: (id) => {
      const now = Date.now()
      for (const [old, expiry] of expiries) {
        if (expiry > now && expiries.size <= 100_000) break
        expiries.delete(old)
      }
      if (expiries.has(id)) return false
      expiries.set(id, now + rememberMs)
      return true
    },
    forget: (id) => expiries.delete(id),
  }
}

/** The database of this machine. */
export const databaseUrl = 'postgres://postgres@127.0.0.1:5432/test'

const client = (): Redis => new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379')

const inRedis = (): Memory => {
  const redis = client()
  return {
    first: async (id) =>
      (await redis.set(`bench:hand:${id}`, '1', 'PX', rememberMs, 'NX')) === 'OK',
    forget: (id) => redis.del(`bench:hand:${id}`),
  }
}

const handler = async (_data: unknown): Promise<void> => {}

/** Check, parse, validate with the same schema, remember, run the handler: the status to answer. */
const handWritten = (memory: Memory) => {
  const key = Buffer.from(testSecret.slice('whsec_'.length), 'base64')
  return async (header: Header, body: Buffer): Promise<number> => {
    const id = header('webhook-id')
    const timestamp = header('webhook-timestamp')
    const signatures = header('webhook-signature')
    if (!id || !timestamp || !signatures) return 401
    if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return 401
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
    const genuine = signatures.split(' ').some((entry) => {
      const offered = Buffer.from(entry.replace(/^v1,/, ''), 'base64')
      return offered.length === expected.length && timingSafeEqual(offered, expected)
    })
    if (!genuine) return 401
    let event: { type?: unknown; data?: unknown }
    try {
      event = JSON.parse(body.toString())
    } catch {
      return 400
    }
    if (event.type !== 'chat.message') return 200
    const parsed = ainexlayerEvents['chat.message'].schema.safeParse(event.data)
    if (!parsed.success) return 422
    if (!(await memory.first(id))) return 200
    try {
      await handler(parsed.data)
      return 200
    } catch {
      await memory.forget(id)
      return 500
    }
  }
}

/** The work by hand, or none of it. */
export const workOf = (
  variant: Variant,
): ((header: Header, body: Buffer) => number | Promise<number>) => {
  if (variant === 'bare') return () => 200
  return handWritten(variant === 'by hand, Redis' ? inRedis() : inMap())
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const stores: Readonly<Record<string, () => IdempotencyStore>> = {
  'core, memory store': memoryStore,
  'core, redisStore': () => redisStore({ client: client(), prefix: 'bench:core:', warn: () => {} }),
  'core, postgresStore': () =>
    postgresStore({
      client: new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? databaseUrl, max: 5 }),
      table: postgresTable,
      warn: () => {},
    }),
}

/** The receiver of a variant of core; undefined for the others. */
export const receiverOf = (variant: Variant) => {
  const store = stores[variant]?.()
  if (store === undefined) return undefined
  return createReceiver({ secret: testSecret, endpoint: 'bench', logger: quiet, store }).on(
    'chat.message',
    ({ data }) => handler(data),
  )
}
