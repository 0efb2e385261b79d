import { createReceiver } from '@ainexlayer/webhooks'
import type { IdempotencyStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, storeCases, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet, reachable, serviceCases } from '@ainexlayer/webhooks-conformance'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { redisStore } from '../src/index.ts'

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const there = await reachable('Redis', url)
const noServer = `no Redis at ${url}`
const prefix = `ainexlayer-test-${Date.now().toString(36)}-${process.pid}:`

const ioredis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 })
const nodeRedis = createClient({ url })
for (const client of [ioredis, nodeRedis]) client.on('error', () => {})
if (there) {
  await ioredis.connect()
  await nodeRedis.connect()
}
afterAll(async () => {
  if (!there) return
  const keys = await ioredis.keys(`${prefix}*`)
  if (keys.length > 0) await ioredis.del(...keys)
  ioredis.disconnect()
  nodeRedis.destroy()
})

const clients = [
  {
    name: 'ioredis',
    client: ioredis,
    connectAlone: async () => {
      const client = new Redis(url)
      return { client, end: () => client.disconnect() }
    },
  },
  {
    name: 'node-redis',
    client: nodeRedis,
    connectAlone: async () => {
      const client = createClient({ url })
      await client.connect()
      return { client, end: () => client.destroy() }
    },
  },
]

describe.each(clients)('$name', ({ name: clientName, client, connectAlone }) => {
  const newStore = (): IdempotencyStore => redisStore({ client, prefix })

  for (const { name, run } of [
    ...storeCases(() => ({ store: newStore() })),
    ...serviceCases(newStore),
  ]) {
    test(name, async ({ skip }) => {
      if (!there) skip(noServer)
      await run()
    })
  }

  test('the server may forget the scripts at any time', async ({ skip }) => {
    if (!there) skip(noServer)
    const store = newStore()
    const claim = (key: string) =>
      store.claim({ key, token: 'a', fingerprint: 'fp', leaseMs: 1000, retentionMs: 5000 })
    await claim('before-flush')
    await ioredis.script('FLUSH')
    expect(await claim('after-flush')).toEqual({ kind: 'claimed', run: 1 })
  })

  test('the host’s clock does not matter', async ({ skip }) => {
    if (!there) skip(noServer)
    const store = newStore()
    const claim = (token: string) =>
      store.claim({
        key: `clock-${clientName}`,
        token,
        fingerprint: 'fp',
        leaseMs: 5000,
        retentionMs: 9000,
      })
    await claim('a')
    for (const hour of [3_600_000, -3_600_000]) {
      vi.setSystemTime(Date.now() + hour)
      expect(await claim('b')).toMatchObject({ kind: 'in_flight' })
    }
    vi.useRealTimers()
  })

  test('a client without an error listener is warned of, once', async ({ skip }) => {
    if (!there) skip(noServer)
    const own = await connectAlone()
    const claimOn = async (warn: (message: string) => void) => {
      const store = redisStore({ client: own.client, prefix, warn })
      const key = `listener-${crypto.randomUUID()}`
      await store.claim({ key, token: 'a', fingerprint: 'fp', leaseMs: 1000, retentionMs: 5000 })
    }
    const warn = vi.fn()
    await claimOn(warn)
    await claimOn(warn)
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('`error` listener'))
    own.end()

    const heard = vi.fn()
    await redisStore({ client, prefix, warn: heard }).claim({
      key: `listener-${crypto.randomUUID()}`,
      token: 'a',
      fingerprint: 'fp',
      leaseMs: 1000,
      retentionMs: 5000,
    })
    expect(heard).not.toHaveBeenCalled()
  })

  test('a receiver on it handles an event once, from two processes too', async ({ skip }) => {
    if (!there) skip(noServer)
    const handler = vi.fn()
    const receivers = [1, 2].map(() =>
      createReceiver({
        endpoint: 'default',
        secret: testSecret,
        logger: quiet,
        store: newStore(),
      }).on('*', handler),
    )
    const request = await signedRequest({ event: fixture('chat.message') })
    const outcomes = await Promise.all(receivers.map((receiver) => receiver.handle(request)))
    expect(outcomes.filter(({ outcome }) => outcome === 'processed')).toHaveLength(1)
    expect(handler).toHaveBeenCalledOnce()
  })
})

test('a server that is not there is store_unavailable: 503, and the handlers do not run', async () => {
  const client = new Redis('redis://127.0.0.1:1', {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: () => null,
  })
  client.on('error', () => {})
  const handler = vi.fn()
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store: redisStore({ client }),
  })
  receiver.on('*', handler)
  const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(result).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(handler).not.toHaveBeenCalled()
  client.disconnect()
})
