import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { IdempotencyStore } from '../../src/idempotency/index.ts'
import { createReceiver, memoryStore, type ReceiverOptions } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const event = fixture('chat.message')
const never = new Promise<never>(() => {})

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  for (const level of [quiet.info, quiet.warn, quiet.error]) level.mockClear()
})

afterEach(() => {
  vi.useRealTimers()
})

const options = { endpoint: 'default', secret: testSecret, logger: quiet } satisfies ReceiverOptions

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts a run of 10 minutes under a lease of a minute, and gives its signal and when it was aborted. */
const longRun = async (store: IdempotencyStore) => {
  const startedAt = performance.now()
  let abortedAfter: number | undefined
  const receiver = createReceiver({ ...options, store, leaseMs: 60_000, maxRunMs: 1_200_000 })
  receiver.on('*', (_, { signal }) => {
    signal.addEventListener('abort', () => {
      abortedAfter = performance.now() - startedAt
    })
    return wait(600_000)
  })
  // In a worker, so that the deadline of a request does not abort it first.
  const job = await jobOf()
  void receiver.work(job)
  return { abortedAfter: () => abortedAfter }
}

const jobOf = async (): Promise<unknown> => {
  const { toJob } = await import('../../src/queue/index.ts')
  let job: unknown
  const receiver = createReceiver({
    ...options,
    dispatch: async (delivery) => {
      job = toJob(delivery)
    },
  })
  await receiver.handle(await signedRequest({ event }))
  return job
}

const renewals = [
  ['fails', () => Promise.reject(new Error('away'))],
  ['never answers', () => never],
  [
    'throws',
    () => {
      throw new Error('away')
    },
  ],
] as const

test.each(renewals)(
  'a run whose lease is not renewed is told to stop when the lease ends: the store %s',
  async (_, renew) => {
    const { abortedAfter } = await longRun({ ...memoryStore(), renew })
    await vi.advanceTimersByTimeAsync(59_900)
    expect(abortedAfter()).toBeUndefined()
    await vi.advanceTimersByTimeAsync(200)
    expect(abortedAfter()).toBeLessThanOrEqual(60_001)
  },
)

test('the lease counts from when its last successful renewal was asked for', async () => {
  let works = true
  const store = memoryStore({ now: () => performance.now() })
  const renew = vi.fn(async (claim: Parameters<IdempotencyStore['renew']>[0]) => {
    if (!works) throw new Error('away')
    const renewed = await store.renew(claim)
    await wait(500)
    return renewed
  })
  const { abortedAfter } = await longRun({ ...store, renew })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(renew).toHaveBeenCalledOnce()
  works = false
  await vi.advanceTimersByTimeAsync(600_000)
  // Asked for at 20 s, answered half a second later.
  expect(abortedAfter()).toBeGreaterThan(79_900)
  expect(abortedAfter()).toBeLessThanOrEqual(80_001)
})

test('a store that comes back in time keeps the run going', async () => {
  const store = memoryStore({ now: () => performance.now() })
  const downFrom = performance.now() + 10_000
  const renew: IdempotencyStore['renew'] = async (claim) => {
    const now = performance.now()
    if (now > downFrom && now < downFrom + 45_000) throw new Error('away')
    return store.renew(claim)
  }
  const { abortedAfter } = await longRun({ ...store, renew })
  await vi.advanceTimersByTimeAsync(590_000)
  expect(abortedAfter()).toBeUndefined()
})

test('a claim that lands when nobody waits for it any more is given back', async () => {
  const store = memoryStore()
  let slowMs = 300
  const slow: IdempotencyStore = {
    ...store,
    claim: async (request) => {
      await wait(slowMs)
      return store.claim(request)
    },
  }
  const handler = vi.fn()
  const receiver = createReceiver({ ...options, store: slow, storeTimeoutMs: 100 }).on('*', handler)
  const request = await signedRequest({ event })
  const answered = receiver.handle(request)
  await vi.advanceTimersByTimeAsync(250)
  expect(await answered).toMatchObject({ status: 503, code: 'store_unavailable' })
  await vi.advanceTimersByTimeAsync(1000)
  slowMs = 0
  const retried = receiver.handle(request)
  await vi.advanceTimersByTimeAsync(10)
  expect(await retried).toMatchObject({ outcome: 'processed' })
  expect(handler).toHaveBeenCalledOnce()
})

test('of two calls the first is given back too, if it lands when the second was answered and the run has failed', async () => {
  const store = memoryStore()
  let land = (): void => {}
  const claim = vi.fn(async (request: Parameters<IdempotencyStore['claim']>[0]) => {
    if (claim.mock.calls.length === 1) await new Promise<void>((resolve) => (land = resolve))
    return store.claim(request)
  })
  const handler = vi.fn().mockRejectedValueOnce(new Error('no'))
  const slow = { ...store, claim }
  const receiver = createReceiver({ ...options, store: slow, storeTimeoutMs: 100 }).on('*', handler)
  const request = await signedRequest({ event })
  const answered = receiver.handle(request)
  await vi.advanceTimersByTimeAsync(110)
  expect(await answered).toMatchObject({ outcome: 'failed', code: 'handler_failed' })
  land()
  await vi.advanceTimersByTimeAsync(10)
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
})

test('a completion that fails is tried again for ten seconds, which covers a failover', async () => {
  const store = memoryStore()
  const backAt = performance.now() + 8000
  const complete: IdempotencyStore['complete'] = async (claim) => {
    if (performance.now() < backAt) throw new Error('READONLY')
    return store.complete(claim)
  }
  const receiver = createReceiver({ ...options, store: { ...store, complete } }).on('*', () => {})
  const request = await signedRequest({ event })
  const answered = receiver.handle(request)
  await vi.advanceTimersByTimeAsync(10_000)
  const result = await answered
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(result).not.toHaveProperty('unrecorded')
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
  expect(quiet.error).not.toHaveBeenCalled()
})

test('an event that could not be given back is given back once the store answers: the retry need not wait for the lease', async () => {
  const store = memoryStore()
  const downUntil = performance.now() + 5000
  const release: IdempotencyStore['release'] = async (claim) => {
    if (performance.now() < downUntil) throw new Error('away')
    return store.release(claim)
  }
  let failing = true
  const receiver = createReceiver({ ...options, store: { ...store, release } }).on('*', () => {
    if (failing) throw new Error('no luck')
  })
  const deliver = async () => receiver.handle(await signedRequest({ event }))
  expect(await deliver()).toMatchObject({ status: 500 })
  failing = false
  expect(await deliver()).toMatchObject({ outcome: 'in_flight' })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await deliver()).toMatchObject({ outcome: 'processed', run: 2 })
})

test('one that the store never takes is given up, told, and does not ask without a pause', async () => {
  const complete = vi.fn().mockRejectedValue(new Error('away'))
  const store = { ...memoryStore(), complete }
  const receiver = createReceiver({ ...options, store }).on('*', () => {})
  const answered = receiver.handle(await signedRequest({ event }))
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await answered).toMatchObject({ status: 200, unrecorded: 'store_failed' })
  expect(complete.mock.calls.length).toBeGreaterThan(5)
  expect(complete.mock.calls.length).toBeLessThan(20)
  expect(quiet.error).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ key: `default:${event.id}` }),
    expect.stringContaining('could not be marked'),
  )
})
