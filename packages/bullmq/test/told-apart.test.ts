import { toldOutage } from '@ainexlayer/webhooks-conformance'
import { hasRedisBinary, startRedis } from '@ainexlayer/webhooks-crash'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { bullmqDispatch } from '../src/index.ts'

const there = hasRedisBinary()
const noBinary = 'no redis-server on the PATH'

const queueOf = (port: number) => {
  const connection = new Redis({ port, maxRetriesPerRequest: 1, retryStrategy: () => 20 })
  connection.on('error', () => {})
  const queue = new Queue('webhooks', { connection, skipWaitingForReady: true })
  queue.on('error', () => {})
  onTestFinished(async () => {
    connection.disconnect()
    await queue.close().catch(() => {})
  })
  return { queue, connection }
}

test('a queue whose Redis is full is told with its limit, and the caller sees the code alone', async ({
  skip,
}) => {
  if (!there) skip(noBinary)
  const server = await startRedis()
  onTestFinished(() => server.close())
  const { queue, connection } = queueOf(server.port)
  await queue.waitUntilReady()
  await connection.config('SET', 'maxmemory', '1')
  expect(await toldOutage({ dispatch: bullmqDispatch(queue) })).toEqual({
    answer: '503 {"error":"queue_unavailable"}',
    reason: 'out_of_room',
    lines: [expect.stringMatching(/^queue_unavailable \(out_of_room\): .*OOM.*`maxmemory`/)],
  })
})

test('a queue whose Redis is away is told to be looked for', async () => {
  const { queue } = queueOf(1)
  const outage = await toldOutage({ dispatch: bullmqDispatch(queue), dispatchTimeoutMs: 2000 })
  expect(outage.answer).toBe('503 {"error":"queue_unavailable"}')
  expect(['unreachable', 'no_answer']).toContain(outage.reason)
  expect(outage.lines).toEqual([expect.stringContaining('Check that it runs')])
})
