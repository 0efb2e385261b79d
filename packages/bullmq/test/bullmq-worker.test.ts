import { createReceiver, memoryStore, PermanentFailure, RetryLater } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { type JobsOptions, Queue } from 'bullmq'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bullmqDispatch, bullmqWorker, listDead } from '../src/index.ts'
import { connectionTo, newQueueName, noServer, there, url } from './server.ts'

const options = { endpoint: 'default', secret: testSecret, logger: quiet }
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

const diverting = {
  deduplication: { id: 'same' },
  debounce: { id: 'same', ttl: 5000 },
  repeat: { every: 1000 },
  repeatJobKey: 'same',
  parent: { id: '1', queue: 'bull:other' },
  jobId: 'same',
}

test.each(Object.entries(diverting))(
  'a job option that keeps an event from being its own job is refused: %s',
  async (name, value) => {
    const jobOptions: JobsOptions = { [name]: value }
    const words = new RegExp(`\`${name}\``)
    expect(() => bullmqDispatch(queue, { jobOptions })).toThrow(words)
    const dispatch = bullmqDispatch(queue, { jobOptions: () => jobOptions })
    const outcome = await createReceiver({ ...options, dispatch }).handle(
      await signedRequest({ event: fixture('chat.message') }),
    )
    expect(outcome).toMatchObject({
      status: 503,
      code: 'queue_unavailable',
      error: { code: 'option_invalid', message: expect.stringMatching(words) },
    })
    expect(await queue.getWaitingCount()).toBe(0)
    expect(() => bullmqDispatch(queue, { jobOptions: { [name]: undefined } })).not.toThrow()
  },
)

test('an event that the queue’s own default options drop is not accepted', async () => {
  const defaultJobOptions: JobsOptions = { deduplication: { id: 'same' } }
  const other = new Queue(queueName, { connection, defaultJobOptions })
  open.push(other)
  const receiver = createReceiver({ ...options, dispatch: bullmqDispatch(other) })
  const deliver = async () =>
    receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(await deliver()).toMatchObject({ status: 202 })
  expect(await deliver()).toMatchObject({
    status: 503,
    error: { message: expect.stringContaining('another id') },
  })
})

test('no failed job is listed where none is asked for', async () => {
  const handler = vi.fn(() => {
    throw new PermanentFailure('no')
  })
  open.push(bullmqWorker(createReceiver(options).on('*', handler), { queueName, connection }))
  await deliver({})
  await vi.waitFor(async () => expect(await listDead(queue)).toHaveLength(1), 10_000)
  expect(await listDead(queue, { limit: 0 })).toEqual([])
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
