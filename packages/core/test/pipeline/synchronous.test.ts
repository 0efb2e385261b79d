import { createHook } from 'node:async_hooks'
import { afterEach, expect, test, vi } from 'vitest'
import type { IdempotencyStore } from '../../src/idempotency/index.ts'
import { createReceiver, memoryStore } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const event = fixture('chat.message')

const receiverOf = (store: IdempotencyStore, handler: () => unknown = () => {}) =>
  createReceiver({ endpoint: 'default', secret: testSecret, logger: quiet, store }).on(
    'chat.message',
    handler,
  )

/** How many promises work makes until it has ended. */
const promisesOf = async (work: () => Promise<unknown>): Promise<number> => {
  let made = 0
  const hook = createHook({
    init: (_, type) => {
      if (type === 'PROMISE') made++
    },
  }).enable()
  await work()
  hook.disable()
  return made
}

afterEach(() => {
  vi.useRealTimers()
  for (const write of Object.values(quiet)) write.mockClear()
})

test('a delivery that waits for nothing makes no promise but the one that is answered', async () => {
  const receiver = receiverOf(memoryStore())
  const request = await signedRequest({ event })
  const least = await promisesOf(async () => {})
  expect(await promisesOf(() => receiver.handle(request))).toBe(least)
  // A duplicate and a forgery as well.
  expect(await promisesOf(() => receiver.handle(request))).toBe(least)
  const forged = { ...request, body: '{}' }
  expect(await promisesOf(() => receiver.handle(forged))).toBe(least)
})

test('a store may answer with values or with promises: the deliveries end alike', async () => {
  const sync = memoryStore()
  const async: IdempotencyStore = {
    ...sync,
    claim: async (request) => sync.claim(request),
    renew: async (claim) => sync.renew(claim),
    complete: async (claim) => sync.complete(claim),
    release: async (claim) => sync.release(claim),
  }
  const endsWith = async (store: IdempotencyStore) => {
    let runs = 0
    const receiver = receiverOf(store, () => {
      runs++
      if (runs === 1) throw new Error('not now')
    })
    const request = await signedRequest({ event })
    const ends: unknown[] = []
    for (let attempt = 0; attempt < 3; attempt++) {
      const { outcome, status } = await receiver.handle(request)
      ends.push([outcome, status])
    }
    return { ends, runs }
  }
  const expected = {
    ends: [
      ['failed', 500],
      ['processed', 200],
      ['duplicate', 200],
    ],
    runs: 2,
  }
  expect(await endsWith(memoryStore())).toEqual(expected)
  expect(await endsWith(async)).toEqual(expected)
})

test('a store that throws instead of rejecting is asked for a claim twice, and answers 503', async () => {
  const claim = vi.fn((): never => {
    throw new Error('away')
  })
  const result = await receiverOf({ ...memoryStore(), claim }).handle(
    await signedRequest({ event }),
  )
  expect(result).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(claim).toHaveBeenCalledTimes(2)
})

test('a claim is asked for again when the first call throws, and the answer counts', async () => {
  const store = memoryStore()
  let calls = 0
  const receiver = receiverOf({
    ...store,
    claim: (request) => {
      if (calls++ === 0) throw new Error('away')
      return store.claim(request)
    },
  })
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({
    outcome: 'processed',
  })
})

test('a completion that throws is tried again, and the answer waits for it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const store = memoryStore()
  let calls = 0
  const receiver = receiverOf({
    ...store,
    complete: (claim) => {
      if (calls++ === 0) throw new Error('away')
      return store.complete(claim)
    },
  })
  const handling = receiver.handle(await signedRequest({ event }))
  await vi.advanceTimersByTimeAsync(100)
  const result = await handling
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(result).not.toHaveProperty('unrecorded')
  expect(calls).toBe(2)
})

test('a release that throws is tried again behind the answer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const store = memoryStore()
  let calls = 0
  const receiver = receiverOf(
    {
      ...store,
      release: (claim) => {
        if (calls++ === 0) throw new Error('away')
        return store.release(claim)
      },
    },
    () => {
      throw new Error('not now')
    },
  )
  const request = await signedRequest({ event })
  expect(await receiver.handle(request)).toMatchObject({ status: 500 })
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'in_flight' })
  await vi.advanceTimersByTimeAsync(100)
  expect(await receiver.handle(request)).toMatchObject({ code: 'handler_failed' })
  expect(calls).toBe(3)
})
