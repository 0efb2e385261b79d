import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { hasRedisBinary, type OwnRedis, startRedis } from '@ainexlayer/webhooks-crash'
import { Queue } from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bullmqDispatch, bullmqWorker } from '../src/index.ts'

const isThere = hasRedisBinary()
const noBinary = 'no redis-server on the PATH'
let server: OwnRedis | undefined
let cluster: Cluster

beforeAll(async () => {
  if (!isThere) return
  const own = await startRedis('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1')
  server = own
  const node = new Redis(own.url)
  await node.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  await vi.waitFor(
    async () => expect(await node.cluster('INFO')).toContain('cluster_state:ok'),
    15_000,
  )
  node.disconnect()
  const { hostname: host, port } = new URL(own.url)
  cluster = new Cluster([{ host, port: Number(port) }], {
    redisOptions: { maxRetriesPerRequest: null },
  })
  await vi.waitFor(() => expect(cluster.status).toBe('ready'), 15_000)
}, 40_000)
afterAll(async () => {
  if (!isThere) return
  cluster?.disconnect()
  await server?.close()
})

test('a queue whose keys a Redis Cluster would spread is refused at the start', async ({
  skip,
}) => {
  if (!isThere) skip(noBinary)
  const queue = new Queue('webhooks', { connection: cluster })
  const refused = expect.objectContaining({
    code: 'option_invalid',
    message: expect.stringContaining("`prefix: '{webhooks}'`"),
  })
  expect(() => bullmqDispatch(queue)).toThrow(refused)
  const receiver = createReceiver({ secret: testSecret, logger: quiet })
  const options = { queueName: 'webhooks', connection: cluster }
  expect(() => bullmqWorker(receiver, options)).toThrow(refused)
  await queue.close()
})

test('with braces in the prefix a Redis Cluster carries a delivery to its handler', async ({
  skip,
}) => {
  if (!isThere) skip(noBinary)
  const options = { connection: cluster, prefix: '{webhooks}' }
  const queue = new Queue('webhooks', options)
  const handler = vi.fn()
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    dispatch: bullmqDispatch(queue),
  }).on('*', handler)
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({ status: 202 })
  expect(await receiver.handle(request)).toMatchObject({ status: 202 })
  const worker = bullmqWorker(receiver, { queueName: 'webhooks', ...options })
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), 10_000)
  expect(handler).toHaveBeenCalledOnce()
  await worker.close()
  await queue.close()
})
