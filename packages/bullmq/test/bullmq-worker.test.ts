import { createReceiver, memoryStore, RetryLater } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { type JobsOptions, Queue } from 'bullmq'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bullmqDispatch, bullmqWorker } from '../src/index.ts'
import { connectionTo, newQueueName, noServer, there, url } from './server.ts'

const options = { secret: testSecret, logger: quiet }
const connection = connectionTo(url)
let queueName: string
let queue: Queue
const open: { close(): Promise<unknown> }[] = []

beforeEach(({ skip }) => {
  if (!there) skip(noServer)
  queueName = newQueueName()
  queue = new Queue(queueName, { connection })
})
afterEach(async () => {
  if (!there) return
  await Promise.all(open.splice(0).map((worker) => worker.close()))
  await queue.obliterate({ force: true })
  await queue.close()
})

const deliver = async (jobOptions: JobsOptions, event = fixture('chat.message')) => {
  const receiver = createReceiver({ ...options, dispatch: bullmqDispatch(queue, { jobOptions }) })
  const { status } = await receiver.handle(await signedRequest({ event }))
  expect(status).toBe(202)
}

test('RetryLater costs no attempt', async () => {
  const handler = vi.fn().mockRejectedValueOnce(new RetryLater(1)).mockResolvedValue(undefined)
  open.push(bullmqWorker(createReceiver(options).on('*', handler), { queueName, connection }))
  await deliver({ attempts: 1 })
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), 10_000)
  expect(handler).toHaveBeenCalledTimes(2)
  expect(handler.mock.calls.map(([, { job }]) => job.run)).toEqual([1, 1])
})

test('an event that another process runs is put off, and costs no attempt', async () => {
  const store = memoryStore()
  const event = fixture('chat.message')
  const owner = { key: `default:${event.id}`, token: 'another process' }
  const handler = vi.fn()
  const receiver = createReceiver({ ...options, store }).on('*', handler)
  await store.claim({
    ...owner,
    fingerprint: await fingerprint(event),
    leaseMs: 60_000,
    retentionMs: 60_000,
  })
  open.push(bullmqWorker(receiver, { queueName, connection }))
  await deliver({ attempts: 1 }, event)
  await vi.waitFor(async () => expect(await queue.getDelayedCount()).toBe(1), 10_000)
  expect(handler).not.toHaveBeenCalled()
  await store.release(owner)
  for (const job of await queue.getDelayed()) await job.promote()
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), 10_000)
  expect(handler).toHaveBeenCalledOnce()
})

test('a job without a handler in this worker is delayed, and costs no attempt', async () => {
  const handler = vi.fn()
  const worker = bullmqWorker(createReceiver(options), { queueName, connection })
  open.push(worker)
  await deliver({ attempts: 1 })
  await vi.waitFor(async () => expect(await queue.getDelayedCount()).toBe(1), 10_000)
  await worker.close()
  for (const job of await queue.getDelayed()) await job.promote()
  open.push(bullmqWorker(createReceiver(options).on('*', handler), { queueName, connection }))
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1), 10_000)
  expect(handler).toHaveBeenCalledOnce()
})

test('the options of a job are the user’s, over defaults that keep it for redeliveries', async () => {
  await deliver({ priority: 7, attempts: 2 })
  const [job] = await queue.getPrioritized()
  expect(job?.name).toBe('chat.message')
  expect(job?.opts).toMatchObject({
    priority: 7,
    attempts: 2,
    backoff: { type: 'exponential', jitter: 0.5 },
    removeOnComplete: { age: 604_800 },
    removeOnFail: { age: 2_592_000 },
  })
})

test('a job that is not a webhook’s fails with a clear reason', async () => {
  await queue.add('other', { hello: 'world' })
  open.push(
    bullmqWorker(
      createReceiver(options).on('*', () => {}),
      { queueName, connection },
    ),
  )
  await vi.waitFor(async () => {
    const [job] = await queue.getFailed()
    expect(job?.failedReason).toContain('The job was not made by `toJob`')
  }, 10_000)
})

const fingerprint = async (event: object): Promise<string> => {
  const bytes = new TextEncoder().encode(JSON.stringify(event))
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}
