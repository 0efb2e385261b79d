import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, storeCases, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet, reachable } from '@ainexlayer/webhooks-conformance'
import { Redis, type RedisOptions } from 'ioredis'
import { createClient, createClientPool, RESP_TYPES } from 'redis'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RedisClient, redisStore } from '../src/index.ts'

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const there = await reachable('Redis', url)
const noServer = `no Redis at ${url}`
const prefix = `ainexlayer-test-${Date.now().toString(36)}-${process.pid}:`

/** An array that is given for others. */
class OwnArray extends Array<unknown> {}

interface Configured {
  readonly name: string
  readonly client: RedisClient
  connect(): Promise<unknown>
  end(): void
}

const ofIoredis = (name: string, options: RedisOptions): Configured => {
  const client = new Redis(url, { lazyConnect: true, ...options })
  client.on('error', () => {})
  return {
    name: `ioredis, ${name}`,
    client,
    connect: () => client.connect(),
    end: () => client.disconnect(),
  }
}

const ofNodeRedis = (name: string, client: ReturnType<typeof makeClient>): Configured => {
  client.on('error', () => {})
  return {
    name: `node-redis, ${name}`,
    client,
    connect: () => client.connect(),
    end: () => client.destroy(),
  }
}
const makeClient = (options: Parameters<typeof createClient>[0]) =>
  createClient({ url, ...options })

const pool = createClientPool({ url }, { maximum: 4 })
pool.on('error', () => {})

const configured: readonly Configured[] = [
  ofIoredis('keyPrefix', { keyPrefix: `${prefix}own:` }),
  ofIoredis('numbers as texts', { stringNumbers: true }),
  ofIoredis('pipelining by itself', { enableAutoPipelining: true }),
  ofNodeRedis('RESP2', makeClient({ RESP: 2 })),
  ofNodeRedis('RESP3', makeClient({ RESP: 3 })),
  ofNodeRedis(
    'Buffers',
    makeClient({ RESP: 3, commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } }),
  ),
  ofNodeRedis(
    'own arrays, numbers as texts',
    makeClient({
      RESP: 3,
      commandOptions: {
        typeMapping: { [RESP_TYPES.ARRAY]: OwnArray, [RESP_TYPES.NUMBER]: String },
      },
    }),
  ),
  {
    name: 'node-redis, a pool',
    client: pool,
    connect: () => pool.connect(),
    end: () => pool.destroy(),
  },
]

beforeAll(async () => {
  if (there) await Promise.all(configured.map(({ connect }) => connect()))
})
afterAll(async () => {
  if (!there) return
  const cleaner = new Redis(url)
  const keys = await cleaner.keys(`${prefix}*`)
  if (keys.length > 0) await cleaner.del(...keys)
  cleaner.disconnect()
  for (const { end } of configured) end()
})

describe.each(configured)('$name', ({ client }) => {
  for (const { name, run } of storeCases(() => ({ store: redisStore({ client, prefix }) }))) {
    test.concurrent(name, async ({ skip }) => {
      if (!there) skip(noServer)
      await run()
    })
  }
})

test('the same record is found by clients that are configured differently', async ({ skip }) => {
  if (!there) skip(noServer)
  const key = crypto.randomUUID()
  const request = { key, fingerprint: 'fp', leaseMs: 5000, retentionMs: 9000 }
  for (const { client, name } of configured.slice(1)) {
    const { kind } = await redisStore({ client, prefix }).claim({ ...request, token: name })
    expect(kind).toBe(name === configured[1]?.name ? 'claimed' : 'in_flight')
  }
})

test('an answer that nobody understands is 503, with words', async () => {
  const replies = [
    { kind: 'claimed' },
    null,
    1,
    '[]',
    '["claimed","NaN","",""]',
    'OK',
    ['claimed', 1],
  ]
  for (const reply of replies) {
    const answer = async () => reply
    const store = redisStore({ client: { evalsha: answer, eval: answer } })
    const handler = vi.fn()
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      store,
    }).on('*', handler)
    const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
    expect(result).toMatchObject({
      status: 503,
      code: 'store_unavailable',
      error: { message: expect.stringContaining('does not understand') },
    })
    expect(handler).not.toHaveBeenCalled()
    await expect(store.complete({ key: 'k', token: 'a', result: null })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  }
})
