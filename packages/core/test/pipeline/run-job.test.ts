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
const options = { endpoint: 'default', secret: testSecret, logger: quiet }

const failure = (message: RegExp) =>
  expect.objectContaining({ message: expect.stringMatching(message) })

const evil = () => {
  throw new Error('a getter threw')
}

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

test.each([
  ['of the caller', {}, { again: true }],
  ['on the job', { again: true }, {}],
])(
  'a deliberate replay is refused in words by a store that cannot forget: %s',
  async (_, mark, more) => {
    const { forget: __, ...store } = memoryStore()
    const handler = vi.fn()
    const receiver = createReceiver({ ...options, store }).on('*', handler)
    const job = { ...Object(await jobOf(fixture('chat.message'))), ...mark }
    const outcome = await receiver.work(job, more)
    expect(outcome).toMatchObject({
      outcome: 'failed',
      code: 'misconfigured',
      reason: 'store_cannot_forget',
      note: expect.stringContaining('`forget`'),
    })
    expect(jobVerdict(outcome)).toMatchObject({ kind: 'failed', error: failure(/`forget`/) })
    expect(handler).not.toHaveBeenCalled()
  },
)

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

const unheard = async (more: Partial<ReceiverOptions> = {}) => {
  const receiver = createReceiver({ ...options, ...more }).on('user.created', () => {})
  return jobVerdict(await receiver.work(await jobOf(fixture('chat.message'))))
}

test('a job that no handler listens to is put off for a worker of a later version', async () => {
  expect(await unheard()).toMatchObject({ kind: 'later', afterSeconds: 30 })
  const nearlyAnHour = () => Date.now() + 59 * 60_000
  expect(await unheard({ now: nearlyAnHour })).toMatchObject({ kind: 'later' })
})

test('a job that no handler listened to for an hour fails, and at once with `unhandled: reject`', async () => {
  const failed = { kind: 'failed', error: failure(/^no handler of this worker/) }
  expect(await unheard({ now: () => Date.now() + 61 * 60_000 })).toMatchObject(failed)
  expect(await unheard({ unhandled: 'reject' })).toMatchObject(failed)
})

test('a job that no handler listens to is logged as a warning', async () => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  await unheard({ logger, store: memoryStore() })
  expect(logger.warn).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ type: 'chat.message' }),
    expect.stringContaining('deploy the workers before the receivers'),
  )
})

test('a job of a deliberate replay runs again, although the event was handled', async () => {
  const handler = vi.fn()
  const receiver = createReceiver(options).on('*', handler)
  const job = await jobOf(fixture('chat.message'))
  await receiver.work(job)
  expect(await receiver.work({ ...Object(job), again: true })).toMatchObject({
    outcome: 'processed',
  })
  expect(handler).toHaveBeenCalledTimes(2)
})

test('the mark of a deliberate replay is taken off once, before any handler runs', async () => {
  const steps: string[] = []
  const store = memoryStore()
  const forget = async (key: string) => {
    steps.push('forget')
    return (await store.forget?.(key)) ?? false
  }
  const receiver = createReceiver({ ...options, store: { ...store, forget } })
  receiver.on('*', () => void steps.push('run'))
  const job = await jobOf(fixture('chat.message'))
  const onForgotten = async () => void steps.push('unmark')
  await receiver.work(job, { onForgotten })
  await receiver.work({ ...Object(job), again: true }, { onForgotten })
  expect(steps).toEqual(['run', 'forget', 'unmark', 'run'])
})

test('a deliberate replay whose mark stays on the job does not run', async () => {
  const handler = vi.fn()
  const receiver = createReceiver(options).on('*', handler)
  const job = { ...Object(await jobOf(fixture('chat.message'))), again: true }
  const outcome = await receiver.work(job, { onForgotten: () => Promise.reject(new Error('away')) })
  expect(outcome).toMatchObject({ outcome: 'retry_later', code: 'queue_unavailable' })
  expect(jobVerdict(outcome)).toMatchObject({ kind: 'later', reason: 'away' })
  expect(handler).not.toHaveBeenCalled()
})

const clean = /^[^\0\ud800-\udfff]*$/

test.each([
  ['NUL', () => new Error('a\0b')],
  ['half a surrogate pair', () => new PermanentFailure('half \ud800')],
  ['five million characters', () => new Error('x'.repeat(5_000_000))],
  ['a text with NUL', () => 'a\0b'],
  ['an object without a prototype', () => Object.create(null)],
  ['a symbol', () => Symbol('a\0b')],
  ['a message that throws', () => Object.defineProperty(new Error(), 'message', { get: evil })],
  ['a stack that throws', () => Object.defineProperty(new Error('x'), 'stack', { get: evil })],
  ['a stack that is no text', () => Object.assign(new Error('x'), { stack: { a: 1n } })],
  ['a name with NUL', () => Object.assign(new Error('x'), { name: 'a\0b' })],
  ['a message that was changed', () => Object.assign(new Error('a\0b'), { message: 'x' })],
])('every text of a verdict can be kept by any engine: %s', async (_, make) => {
  const { verdict } = await workOn(() => {
    throw make()
  })
  if (verdict.kind !== 'failed' && verdict.kind !== 'dead') throw new Error(verdict.kind)
  const { name, message, stack } = verdict.error
  for (const text of [name, message, stack ?? '']) expect(text).toMatch(clean)
  expect(message.length).toBeLessThanOrEqual(1000)
  expect(stack?.length ?? 0).toBeLessThanOrEqual(10_000)
})

test('a verdict has a copy of what was thrown, with nothing but its texts', async () => {
  class CardError extends Error {
    override readonly name = 'CardError'
    readonly card = '4111'
  }
  const thrown = new CardError('declined', { cause: new Error('secret') })
  const { verdict } = await workOn(() => {
    throw thrown
  })
  if (verdict.kind !== 'failed') throw new Error(verdict.kind)
  const { error } = verdict
  expect(error).not.toBe(thrown)
  expect(error).not.toBeInstanceOf(CardError)
  expect(error).toMatchObject({ name: 'CardError', message: 'declined' })
  expect(error.stack).toMatch(/^CardError: declined\n\s+at /)
  expect(Object.keys(error)).toEqual([])
  expect(error.cause).toBeUndefined()
})

test('the frames of a handler’s error are kept, whatever its message', async () => {
  const { verdict } = await workOn(function ofTheHandler() {
    throw new Error('x'.repeat(100_000))
  })
  const stack = verdict.kind === 'failed' ? verdict.error.stack : undefined
  expect(stack?.slice(0, 1100)).toMatch(/^Error: x{999}…\n\s+at .*ofTheHandler/)
})

test('the reason of a delay can be kept by any engine', async () => {
  const { verdict } = await workOn(() => {
    throw new RetryLater(1, `a\0b${'x'.repeat(5000)}`)
  })
  expect(verdict).toMatchObject({ kind: 'later', reason: expect.stringMatching(/^a\ufffdbx+…$/) })
})
