import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { redisStore } from '@ainexlayer/webhooks-redis'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hasRedisBinary, startProxy, startRedis } from '../src/index.ts'

const there = hasRedisBinary()
const noBinary = 'no redis-server on the PATH'

/** The test's own Redis behind a proxy, and a receiver that uses it. */
const setUp = async (...settings: string[]) => {
  const server = await startRedis(...settings)
  const proxy = await startProxy(Number(new URL(server.url).port))
  const client = new Redis(`redis://127.0.0.1:${proxy.port}`, {
    maxRetriesPerRequest: 1,
    commandTimeout: 500,
    retryStrategy: () => 50,
  })
  client.on('error', () => {})
  const warn = vi.fn()
  const logged = { ...quiet, warn: vi.fn(), error: vi.fn() }
  const store = redisStore({ client, warn })
  let run: () => unknown = () => {}
  const handler = vi.fn(() => run())
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: logged,
    store,
    leaseMs: 1000,
    storeTimeoutMs: 500,
  }).on('*', handler)
  onTestFinished(async () => {
    client.disconnect()
    await proxy.close()
    await server.close()
  })
  return {
    server,
    proxy,
    client,
    warn,
    logged,
    receiver,
    handler,
    whileRunning: (todo: () => unknown) => {
      run = todo
    },
  }
}

const newRequest = () => signedRequest({ event: fixture('chat.message') })

test('with an append-only file, what was handled before a kill -9 of Redis is a duplicate after it', async ({
  skip,
}) => {
  if (!there) skip(noBinary)
  const { server, receiver } = await setUp('--appendonly', 'yes')
  const request = await newRequest()
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
  await server.restart()
  await vi.waitFor(
    async () => expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' }),
    { timeout: 5000 },
  )
})

test('without one, Redis forgets: the event runs again, as the docs say', async ({ skip }) => {
  if (!there) skip(noBinary)
  const { server, receiver, handler } = await setUp('--appendonly', 'no')
  const request = await newRequest()
  await receiver.handle(request)
  await server.restart()
  await vi.waitFor(
    async () => expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' }),
    { timeout: 5000 },
  )
  expect(handler).toHaveBeenCalledTimes(2)
})

test('a frozen Redis is 503 in time, the handlers do not run, and it works again when it thaws', async ({
  skip,
}) => {
  if (!there) skip(noBinary)
  const { server, receiver, handler } = await setUp()
  await receiver.handle(await newRequest())
  handler.mockClear()
  server.signal('SIGSTOP')
  const request = await newRequest()
  const startedAt = performance.now()
  expect(await receiver.handle(request)).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(performance.now() - startedAt).toBeLessThan(2000)
  expect(handler).not.toHaveBeenCalled()
  server.signal('SIGCONT')
  // Claims that timed out may still have been recorded: then their lease must expire first.
  await vi.waitFor(
    async () => expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' }),
    { timeout: 8000, interval: 50 },
  )
  expect(handler).toHaveBeenCalledOnce()
})

test('a full Redis is 503, and the handlers do not run', async ({ skip }) => {
  if (!there) skip(noBinary)
  const { client, receiver, handler } = await setUp()
  await client.config('SET', 'maxmemory', '1')
  expect(await receiver.handle(await newRequest())).toMatchObject({
    status: 503,
    code: 'store_unavailable',
  })
  expect(handler).not.toHaveBeenCalled()
})

test('a claim whose reply was lost with the connection is sent again, and is ours', async ({
  skip,
}) => {
  if (!there) skip(noBinary)
  const { proxy, receiver, handler } = await setUp()
  await receiver.handle(await newRequest())
  handler.mockClear()
  proxy.loseNextAnswer()
  expect(await receiver.handle(await newRequest())).toMatchObject({
    outcome: 'processed',
    run: 1,
  })
  expect(handler).toHaveBeenCalledOnce()
})

test('Redis that goes away while a handler runs has the event as handled when it is back', async ({
  skip,
}) => {
  if (!there) skip(noBinary)
  const { proxy, receiver, handler, logged, whileRunning } = await setUp()
  whileRunning(() => proxy.cut())
  const request = await newRequest()
  const answered = receiver.handle(request)
  await vi.waitFor(
    () =>
      expect(logged.warn.mock.calls.flat()).toContainEqual(expect.stringContaining('`complete`')),
    { timeout: 5000 },
  )
  proxy.mend()
  const result = await answered
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(result).not.toHaveProperty('unrecorded')
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
  expect(handler).toHaveBeenCalledOnce()
})

test('a server that may evict claims causes one warning', async ({ skip }) => {
  if (!there) skip(noBinary)
  const { receiver, warn } = await setUp(
    '--maxmemory',
    '100mb',
    '--maxmemory-policy',
    'allkeys-lru',
  )
  for (let index = 0; index < 3; index++) await receiver.handle(await newRequest())
  await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce())
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('allkeys-lru'))
})

test('a server that evicts nothing causes none', async ({ skip }) => {
  if (!there) skip(noBinary)
  const { client, receiver, warn } = await setUp('--maxmemory', '100mb')
  await receiver.handle(await newRequest())
  await client.ping()
  expect(warn).not.toHaveBeenCalled()
})
