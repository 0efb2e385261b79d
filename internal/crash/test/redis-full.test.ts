import { createReceiver, RetryLater } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { redisStore } from '@ainexlayer/webhooks-redis'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hasRedisBinary, startRedis } from '../src/index.ts'

const there = hasRedisBinary()
const noBinary = 'no redis-server on the PATH'
const newRequest = (id: string) => signedRequest({ event: fixture('chat.message'), id })

/** A receiver on a Redis that is full as soon as the first run of an event has begun, until it has lasted for `forMs`. */
const filledMeanwhile = async (forMs: number, end: () => unknown) => {
  const server = await startRedis()
  const client = new Redis(server.url, { maxRetriesPerRequest: 1 })
  client.on('error', () => {})
  onTestFinished(async () => {
    client.disconnect()
    await server.close()
  })
  const handler = vi.fn(async (signal: AbortSignal) => {
    if (handler.mock.calls.length > 1) return
    await client.config('SET', 'maxmemory', '1')
    await new Promise((resolve) => setTimeout(resolve, forMs))
    signal.throwIfAborted()
    end()
  })
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store: redisStore({ client }),
    leaseMs: 600,
  }).on('*', (_, { signal }) => handler(signal))
  return { receiver, handler, empty: () => client.config('SET', 'maxmemory', '0') }
}

test('an event that was handled while the memory of Redis filled up is renewed, recorded, and never run again', async ({
  skip,
}) => {
  if (!there) skip(noBinary)
  const { receiver, handler } = await filledMeanwhile(1500, () => {})
  const request = await newRequest('first')
  const first = await receiver.handle(request)
  expect(first).toMatchObject({ outcome: 'processed', status: 200 })
  expect(first).not.toHaveProperty('unrecorded')
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate', status: 200 })
  expect(await receiver.handle(await newRequest('second'))).toMatchObject({
    status: 503,
    reason: 'out_of_room',
  })
  expect(handler).toHaveBeenCalledTimes(1)
})

test('and one that failed is given back at once', async ({ skip }) => {
  if (!there) skip(noBinary)
  const { receiver, handler, empty } = await filledMeanwhile(0, () => {
    throw new RetryLater(1)
  })
  const request = await newRequest('first')
  expect(await receiver.handle(request)).toMatchObject({ status: 503, code: 'retry_later' })
  await empty()
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed', run: 2 })
  expect(handler).toHaveBeenCalledTimes(2)
})
