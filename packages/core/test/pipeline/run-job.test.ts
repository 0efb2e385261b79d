import { expect, test, vi } from 'vitest'
import {
  createReceiver,
  EndpointGone,
  type HandlerContext,
  memoryStore,
  PermanentFailure,
  type ReceiverOptions,
  RetryLater,
} from '../../src/index.ts'
import { jobVerdict, toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const options = { secret: testSecret, logger: quiet }

const failure = (message: RegExp) =>
  expect.objectContaining({ message: expect.stringMatching(message) })

const jobOf = async (event: { id: string; type: string; data?: unknown }): Promise<unknown> => {
  let data: unknown
  const receiver = createReceiver({
    ...options,
    dispatch: async (delivery) => {
      data = JSON.parse(JSON.stringify(toJob(delivery)))
    },
  })
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({ status: 202 })
  return data
}

const workOn = async (
  handler: (event: { id: string }, ctx: HandlerContext) => unknown,
  more: Partial<ReceiverOptions> = {},
) => {
  const receiver = createReceiver({ ...options, ...more }).on('*', handler)
  const outcome = await receiver.work(await jobOf(fixture('chat.message')))
  return { outcome, verdict: jobVerdict(outcome) }
}

test('a job runs once, although it is worked on twice', async () => {
  const handler = vi.fn()
  const receiver = createReceiver(options).on('chat.message', handler)
  const job = await jobOf(fixture('chat.message'))
  expect(await receiver.work(job)).toMatchObject({ outcome: 'processed', run: 1 })
  expect(await receiver.work(job)).toMatchObject({ outcome: 'duplicate' })
  expect(handler).toHaveBeenCalledOnce()
})

test('a deliberate replay runs a handled event again', async () => {
  const handler = vi.fn()
  const receiver = createReceiver(options).on('chat.message', handler)
  const job = await jobOf(fixture('chat.message'))
  await receiver.work(job)
  expect(await receiver.work(job, { again: true })).toMatchObject({ outcome: 'processed' })
  expect(handler).toHaveBeenCalledTimes(2)
})

test('the receiver of a job runs it, even if it would hand over a request', async () => {
  const dispatch = vi.fn()
  const { verdict } = await workOn(() => {}, { dispatch })
  expect(verdict).toEqual({ kind: 'done' })
  expect(dispatch).not.toHaveBeenCalled()
})

test('the handler sees the job, and the engine’s signal', async () => {
  const stop = new AbortController()
  const receiver = createReceiver(options).on('*', (_, { job, signal }) => {
    expect(job).toEqual({ id: 'j1', run: 3, queue: 'webhooks' })
    stop.abort()
    expect(signal.aborted).toBe(true)
  })
  const job = { id: 'j1', run: 3, queue: 'webhooks' }
  const data = await jobOf(fixture('chat.message'))
  const outcome = await receiver.work(data, { job, signal: stop.signal })
  expect(outcome).toMatchObject({ outcome: 'processed' })
})

test.each([
  ['a plain error', new Error('no luck'), { kind: 'failed', error: failure(/^no luck$/) }],
  ['a thrown text', 'no luck', { kind: 'failed', error: failure(/^no luck$/) }],
  ['RetryLater', new RetryLater(7), { kind: 'later', afterSeconds: 7 }],
  ['PermanentFailure', new PermanentFailure('no'), { kind: 'dead', error: failure(/^no$/) }],
  ['EndpointGone', new EndpointGone('moved'), { kind: 'dead', error: failure(/^moved$/) }],
])('what the engine should do with a job whose handler throws: %s', async (_, thrown, expected) => {
  const { verdict } = await workOn(() => {
    throw thrown
  })
  expect(verdict).toMatchObject(expected)
})

test('a parking place takes what no retry can help', async () => {
  const park = vi.fn(async () => {})
  const { verdict } = await workOn(
    () => {
      throw new PermanentFailure('no')
    },
    { park },
  )
  expect(verdict).toEqual({ kind: 'done' })
  expect(park).toHaveBeenCalledOnce()
})

test('an event that another worker runs is for later', async () => {
  const store = memoryStore()
  let finish = () => {}
  const running = new Promise<void>((resolve) => {
    finish = resolve
  })
  const receiver = createReceiver({ ...options, store }).on('*', () => running)
  const job = await jobOf(fixture('chat.message'))
  const first = receiver.work(job)
  await vi.waitFor(async () =>
    expect(jobVerdict(await receiver.work(job))).toMatchObject({ kind: 'later' }),
  )
  finish()
  expect(jobVerdict(await first)).toEqual({ kind: 'done' })
})

test('a worker has maxRunMs, and a handler that hangs costs an attempt', async () => {
  const slow = () => new Promise((resolve) => setTimeout(resolve, 40))
  expect((await workOn(slow, { deadlineMs: 5 })).verdict).toEqual({ kind: 'done' })
  const { verdict } = await workOn(() => new Promise(() => {}), { maxRunMs: 20 })
  expect(verdict).toMatchObject({ kind: 'failed', error: failure(/maxRunMs/) })
})

test('data that does not fit the schema is dead, not retried', async () => {
  const event = { id: 'msg_invalid', type: 'chat.message', data: { content: 1 } }
  const receiver = createReceiver(options).on('*', () => {})
  expect(jobVerdict(await receiver.work(await jobOf(event)))).toMatchObject({
    kind: 'dead',
    error: failure(/^invalid_payload$/),
  })
})

test('a job of another endpoint, and one that is malformed, say so and do not throw', async () => {
  const receiver = createReceiver({ ...options, endpoint: 'other' }).on('*', () => {})
  const outcome = await receiver.work(await jobOf(fixture('chat.message')))
  expect(jobVerdict(outcome)).toMatchObject({
    kind: 'failed',
    error: failure(/of the endpoint `default`, this receiver's is `other`/),
  })
  const malformed = await receiver.work({ hello: 'world' })
  expect(malformed).toMatchObject({ outcome: 'failed', code: 'misconfigured' })
})

test('hooks are told of a job’s outcome', async () => {
  const onProcessed = vi.fn()
  await workOn(() => {}, { hooks: { onProcessed } })
  expect(onProcessed).toHaveBeenCalledWith(
    expect.objectContaining({ outcome: 'processed' }),
    expect.objectContaining({ remoteAddress: undefined }),
  )
})

test('the request claims nothing in the store: a job that was never made cannot be marked as one', async () => {
  const store = memoryStore()
  const claim = vi.spyOn(store, 'claim')
  const receiver = createReceiver({ ...options, store, dispatch: async () => {} }).on('*', () => {})
  await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(claim).not.toHaveBeenCalled()
})

test('a receiver with handlers hands over what they listen to, and one without hands over all', async () => {
  const dispatch = vi.fn(async () => {})
  const request = await signedRequest({ event: fixture('chat.message') })
  const some = createReceiver({ ...options, dispatch }).on('user.created', () => {})
  expect(await some.handle(request)).toMatchObject({ outcome: 'unhandled', status: 200 })
  expect(dispatch).not.toHaveBeenCalled()
  const none = createReceiver({ ...options, dispatch })
  expect(await none.handle(request)).toMatchObject({ outcome: 'accepted', status: 202 })
  expect(dispatch).toHaveBeenCalledOnce()
})
