import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { TransactionalStore } from '../../src/idempotency/index.ts'
import {
  createReceiver,
  type HandleResult,
  memoryStore,
  type Outcome,
  PermanentFailure,
  type ReceiverOptions,
} from '../../src/index.ts'
import { jobVerdict, toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const event = fixture('chat.message')
const never = new Promise<never>(() => {})

const silentStore = (): TransactionalStore<undefined> => ({
  name: 'silent',
  shared: false,
  transact: () => never,
})

const options = {
  endpoint: 'default',
  secret: testSecret,
  logger: quiet,
  random: () => 0,
  deadlineMs: 1000,
}

/** A schema that never answers. */
const silentSchema = {
  '~standard': { version: 1 as const, vendor: 'test', validate: () => never },
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

/** The result of work whose timers run out; undefined when it is still waiting after ten seconds. */
const after = async <Value>(working: Promise<Value>): Promise<{ value: Value; ms: number }> => {
  const startedAt = performance.now()
  let ended: { value: Value; ms: number } | undefined
  void working.then((value) => {
    ended = { value, ms: performance.now() - startedAt }
  })
  for (let step = 0; step < 1000 && ended === undefined; step++) {
    await vi.advanceTimersByTimeAsync(10)
  }
  if (ended === undefined) throw new Error('there was no answer within ten seconds')
  return ended
}

const expectInTime = ({ value, ms }: { value: HandleResult; ms: number }, step: string) => {
  expect(value).toMatchObject({
    outcome: 'retry_later',
    status: 503,
    body: '{"error":"deadline_exceeded"}',
    reason: step,
    note: expect.stringContaining('`deadlineMs`'),
  })
  expect(value.headers['retry-after']).toMatch(/^[1-9]\d*$/)
  expect(ms).toBeLessThanOrEqual(1010)
}

describe('a step that never answers ends at the deadline, and the words name it', () => {
  const steps: readonly (readonly [string, ReceiverOptions, RegExp])[] = [
    ['throttle', { ...options, throttle: () => never }, /the throttle/],
    ['secret', { ...options, secret: () => never }, /the `secret` function/],
    [
      'claim',
      { ...options, storeTimeoutMs: 5000, store: { ...memoryStore(), claim: () => never } },
      /the store/,
    ],
    ['queue', { ...options, dispatchTimeoutMs: 5000, dispatch: () => never }, /the queue/],
    ['claim', { ...options, store: silentStore() as never }, /the store/],
  ]
  test.each(steps)('%s', async (step, wrong, words) => {
    const receiver = createReceiver(wrong).on('*', () => {})
    const ended = await after(receiver.handle(await signedRequest({ event })))
    expectInTime(ended, step)
    expect(ended.value).toMatchObject({ note: expect.stringMatching(words) })
    expect(ended.value).toMatchObject({ note: expect.not.stringMatching(/handlers/) })
  })

  test('an asynchronous schema', async () => {
    const receiver = createReceiver({ ...options, events: { 'x.y': silentSchema } })
    receiver.on('x.y', () => {})
    const request = await signedRequest({ event: { id: 'msg_1', type: 'x.y', data: {} } })
    expectInTime(await after(receiver.handle(request)), 'schema')
  })

  test('a body, when the deadline comes before its own time is up', async () => {
    const receiver = createReceiver({ ...options, readTimeoutMs: 60_000 }).on('*', () => {})
    const { headers, method } = await signedRequest({ event })
    const bodies = [() => never, new ReadableStream<Uint8Array>()]
    for (const body of bodies) {
      expectInTime(await after(receiver.handle({ method, headers, body })), 'body')
    }
    const patient = createReceiver({ ...options, readTimeoutMs: 500 })
    const stream = new ReadableStream<Uint8Array>()
    const { value } = await after(patient.handle({ method, headers, body: stream }))
    expect(value).toMatchObject({ status: 408, code: 'body_read_timeout' })
  })

  test('the handlers', async () => {
    const receiver = createReceiver(options).on('*', () => never)
    const ended = await after(receiver.handle(await signedRequest({ event })))
    expectInTime(ended, 'handlers')
    expect(ended.value.headers['retry-after']).toBe('60')
  })

  test('the parking place, which is waited for behind the answer', async () => {
    let kept = (): void => {}
    const park = () => new Promise<void>((resolve) => (kept = resolve))
    const store = memoryStore({ now: () => performance.now() })
    const receiver = createReceiver({ ...options, store, park }).on('*', () => {
      throw new PermanentFailure('no')
    })
    const request = await signedRequest({ event })
    expectInTime(await after(receiver.handle(request)), 'parking')
    expect((await after(receiver.handle(request))).value).toMatchObject({ outcome: 'in_flight' })
    kept()
    await vi.advanceTimersByTimeAsync(1)
    expect((await after(receiver.handle(request))).value).toMatchObject({ outcome: 'duplicate' })
  })
})

test('all steps together have one deadline', async () => {
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const slow = memoryStore()
  const receiver = createReceiver({
    ...options,
    throttle: async () => {
      await wait(300)
      return undefined
    },
    secret: async () => {
      await wait(300)
      return testSecret
    },
    store: {
      ...slow,
      claim: async (request) => {
        await wait(300)
        return slow.claim(request)
      },
    },
  }).on('*', () => wait(900))
  expectInTime(await after(receiver.handle(await signedRequest({ event }))), 'handlers')
})

test('handlers that succeeded are answered 200, although the store has not taken it by the deadline', async () => {
  const store = memoryStore()
  const waitUntil = vi.fn()
  let takes = false
  const complete = vi.fn((claim: Parameters<typeof store.complete>[0]) =>
    takes ? store.complete(claim) : never,
  )
  const receiver = createReceiver({ ...options, store: { ...store, complete } })
  receiver.on('*', () => {})
  const request = await signedRequest({ event })
  const { value, ms } = await after(receiver.handle({ ...request, waitUntil }))
  expect(value).toMatchObject({ status: 200, outcome: 'processed', unrecorded: 'store_failed' })
  expect(ms).toBeLessThanOrEqual(1010)
  expect(waitUntil).toHaveBeenCalledOnce()
  takes = true
  await vi.advanceTimersByTimeAsync(3000)
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
})

test('verifyRequest and safeVerify have the same deadline', async () => {
  const receiver = createReceiver({ ...options, secret: () => never })
  const request = await signedRequest({ event })
  const { value } = await after(receiver.verifyRequest(request))
  expect(value).toMatchObject({ ok: false, status: 503, reason: 'secret' })
  expect((await after(receiver.safeVerify(request))).value).toMatchObject({
    ok: false,
    code: 'misconfigured',
    note: expect.stringContaining('`secret` function'),
  })
})

test('a job has maxRunMs for all of its steps, and the verdict blames none that was not reached', async () => {
  let job: unknown
  const dispatch: ReceiverOptions['dispatch'] = async (delivery) => {
    job = toJob(delivery)
  }
  await createReceiver({ ...options, dispatch }).handle(await signedRequest({ event }))
  const work = async (more: object): Promise<Outcome> => {
    const receiver = createReceiver({ ...options, ...more, maxRunMs: 2000 }).on('*', () => never)
    return (await after(receiver.work(job))).value
  }
  const ran = jobVerdict(await work({}))
  expect(ran).toMatchObject({
    kind: 'failed',
    error: { message: expect.stringMatching(/handlers.*/) },
  })
  expect(ran).toMatchObject({ error: { message: expect.stringContaining('`maxRunMs`') } })
  const silent = await work({ store: silentStore() })
  expect(jobVerdict(silent)).toMatchObject({
    kind: 'failed',
    error: { message: expect.not.stringContaining('handlers') },
  })
  const forgetful = { ...memoryStore(), forget: () => never }
  const receiver = createReceiver({ ...options, store: forgetful }).on('*', () => {})
  expect((await after(receiver.work(job, { again: true }))).value).toMatchObject({
    code: 'store_unavailable',
  })
})

test('the secret function is asked only for a request whose headers are there and well-formed', async () => {
  const secret = vi.fn(() => testSecret)
  const receiver = createReceiver({ ...options, secret }).on('*', () => {})
  const request = await signedRequest({ event })
  const spoiled = [
    {},
    { ...request.headers, 'webhook-id': 'a.b' },
    { ...request.headers, 'webhook-timestamp': '1e9' },
    { ...request.headers, 'webhook-signature': 'v1,short' },
    { ...request.headers, 'webhook-timestamp': '1' },
  ]
  const codes: unknown[] = []
  for (const headers of spoiled) {
    const result = await receiver.handle({ ...request, headers })
    codes.push('code' in result ? result.code : undefined)
  }
  expect(codes).toEqual([
    'missing_header',
    'malformed_header',
    'malformed_header',
    'invalid_signature',
    'timestamp_too_old',
  ])
  expect(secret).not.toHaveBeenCalled()
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
  expect(secret).toHaveBeenCalledOnce()
})

test('a delivery that waits for nothing outside starts no timer', async () => {
  vi.useRealTimers()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const receivers = [
    createReceiver(options).on('*', () => {}),
    createReceiver(options).on('*', async () => {}),
    createReceiver({ ...options, secret: async () => testSecret }).on('*', async () => {}),
    createReceiver({ ...options, throttle: async () => undefined }).on('*', () => {}),
    createReceiver({ ...options, dispatch: async () => {} }),
  ]
  const request = await signedRequest({ event })
  for (const receiver of receivers) {
    expect((await receiver.handle(request)).status).toBeLessThan(300)
  }
  expect(timers).not.toHaveBeenCalled()
  timers.mockRestore()
})
