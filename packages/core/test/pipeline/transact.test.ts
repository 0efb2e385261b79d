import { createReceiver, PermanentFailure } from '@ainexlayer/webhooks'
import type { TransactionalStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, test } from 'vitest'

const logger = { info() {}, warn() {}, error() {} }

/** A store that answers the first call with `first`, and each later one with `later`. */
const answering = (first: string, later = first): TransactionalStore<undefined> => {
  let calls = 0
  return {
    name: 'answering',
    shared: false,
    transact: async (_, run) => {
      const { value } = await run(undefined, new AbortController().signal)
      calls += 1
      return { kind: calls === 1 ? first : later, value, fingerprint: 'other' } as never
    },
  }
}

test.for(['rolled_back', 'of_a_later_release'])(
  'a store that answers `%s` to a run that asked to be committed is not answered 200',
  async (kind) => {
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger,
      store: answering(kind),
    })
    receiver.on('*', () => {})
    const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
    expect(result).toMatchObject({ status: 503, code: 'store_unavailable' })
  },
)

test.for([
  ['committed', 200],
  ['in_flight', 409],
  ['timed_out', 503],
  ['rolled_back', 503],
] as const)(
  'a parked event whose record is answered `%s` is answered %i',
  async ([kind, status]) => {
    const store = answering('rolled_back', kind)
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger,
      store,
      park: async () => {},
    })
    receiver.on('*', () => {
      throw new PermanentFailure('no')
    })
    expect(
      await receiver.handle(await signedRequest({ event: fixture('chat.message') })),
    ).toMatchObject({ status })
  },
)

test('a parked event whose record fails is 503 for the store, and is not blamed on the parking place', async () => {
  const first = answering('rolled_back')
  let calls = 0
  const store: TransactionalStore<undefined> = {
    ...first,
    transact: (request, run) => {
      calls += 1
      if (calls === 1) return first.transact(request, run)
      throw new Error('connection lost')
    },
  }
  const lines: string[] = []
  const receiver = createReceiver({
    secret: testSecret,
    logger: { ...logger, error: (_: object, message: string) => lines.push(message) },
    store,
    park: async () => {},
    endpoint: 'test',
  })
  receiver.on('*', () => {
    throw new PermanentFailure('no')
  })
  const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(result).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(lines.join()).not.toContain('parking place')
})

test('a duplicate that comes while an event is parked is in flight, unrun', async () => {
  let runs = 0
  let kept = (): void => {}
  let started = (): void => {}
  const starting = new Promise<void>((resolve) => {
    started = resolve
  })
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger,
    store: answering('rolled_back', 'committed'),
    park: () => {
      started()
      return new Promise<void>((resolve) => {
        kept = resolve
      })
    },
  })
  receiver.on('*', () => {
    runs += 1
    throw new PermanentFailure('no')
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  const first = receiver.handle(request)
  await starting
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'in_flight' })
  kept()
  expect([(await first).outcome, runs]).toEqual(['parked', 1])
})
