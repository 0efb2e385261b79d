import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { startProxy } from '@ainexlayer/webhooks-crash'
import { Queue } from 'bullmq'
import { expect, test, vi } from 'vitest'
import { bullmqDispatch, bullmqWorker } from '../src/index.ts'
import { connectionTo, newQueueName, noServer, there, url } from './server.ts'

test('with Redis down from the start the answer is 503 in time, and a retry succeeds once it is back', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const proxy = await startProxy(Number(url.port))
  proxy.cut()
  const queueName = newQueueName()
  const queue = new Queue(queueName, {
    connection: { host: '127.0.0.1', port: proxy.port, retryStrategy: () => 50 },
  })
  queue.on('error', () => {})
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    dispatch: bullmqDispatch(queue),
    dispatchTimeoutMs: 300,
  })
  const event = fixture('chat.message')
  const deliver = async () => receiver.handle(await signedRequest({ event }))

  const startedAt = performance.now()
  const refused = await deliver()
  expect(performance.now() - startedAt).toBeLessThan(1500)
  expect(refused).toMatchObject({ status: 503, code: 'queue_unavailable' })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  const health = () => receiver.health({ timeoutMs: 300 })
  expect(await health()).toMatchObject({ ok: false, queue: { ok: false } })

  proxy.mend()
  await vi.waitFor(async () => expect((await deliver()).status).toBe(202), 10_000)
  expect(await health()).toMatchObject({ ok: true, queue: { ok: true } })
  const handler = vi.fn()
  const worker = bullmqWorker(
    createReceiver({ secret: testSecret, logger: quiet }).on('*', handler),
    {
      queueName,
      connection: connectionTo(url),
    },
  )
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), 10_000)
  expect(handler).toHaveBeenCalledOnce()
  await worker.close()
  await queue.obliterate({ force: true })
  await queue.close()
  await proxy.close()
})
