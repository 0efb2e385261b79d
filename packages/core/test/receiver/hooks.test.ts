import { expect, test, vi } from 'vitest'
import { createReceiver, type Hooks, memoryStore, PermanentFailure } from '../../src/index.ts'
import { toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const event = fixture('chat.message')
const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const options = { endpoint: 'default', secret: testSecret, logger }

const watching = () => ({
  onOutcome: vi.fn<NonNullable<Hooks['onOutcome']>>(),
  onLate: vi.fn<NonNullable<Hooks['onLate']>>(),
  onProcessed: vi.fn<NonNullable<Hooks['onProcessed']>>(),
  onVerified: vi.fn<NonNullable<Hooks['onVerified']>>(),
  onFailed: vi.fn<NonNullable<Hooks['onFailed']>>(),
})

test('onOutcome is told of every outcome, beside the hook of its own', async () => {
  const hooks = watching()
  const receiver = createReceiver({ ...options, hooks }).on('chat.message', () => {})
  const request = await signedRequest({ event })
  await receiver.handle(request)
  await receiver.handle(request)
  await receiver.handle({ ...request, body: '{}' })
  await receiver.handle({ ...request, method: 'GET' })
  await receiver.handle(await signedRequest({ event: fixture('user.login') }))
  expect(hooks.onOutcome.mock.calls.map(([{ outcome }]) => outcome)).toEqual([
    'processed',
    'duplicate',
    'rejected',
    'rejected',
    'unhandled',
  ])
  expect(hooks.onProcessed).toHaveBeenCalledOnce()
  expect(hooks.onLate).not.toHaveBeenCalled()
})

test('the success of verifyRequest is told as well', async () => {
  const hooks = watching()
  const receiver = createReceiver({ ...options, hooks })
  expect(await receiver.verifyRequest(await signedRequest({ event }))).toMatchObject({ ok: true })
  const told = [expect.objectContaining({ outcome: 'verified' }), expect.anything()]
  expect(hooks.onVerified.mock.calls).toEqual([told])
  expect(hooks.onOutcome.mock.calls).toEqual([told])
  expect(hooks.onVerified.mock.calls[0]?.[0].event.id).toBe(event.id)
})

test('a run that the store does not have can be told from one that it has', async () => {
  const unrecorded = async (store: object, more: object = {}) => {
    const receiver = createReceiver({
      ...options,
      ...more,
      store: { ...memoryStore(), ...store },
    }).on('*', () => {})
    return receiver.handle(await signedRequest({ event }))
  }
  const down = () => Promise.reject(new Error('away'))
  const onStoreError = 'fail-open'
  expect(await unrecorded({})).not.toHaveProperty('unrecorded')
  expect(await unrecorded({ claim: down }, { onStoreError })).toMatchObject({
    outcome: 'processed',
    unrecorded: 'store_skipped',
  })
  expect(await unrecorded({ complete: down }, { deadlineMs: 20 })).toMatchObject({
    outcome: 'processed',
    unrecorded: 'store_failed',
  })
  expect(await unrecorded({ complete: async () => false })).toMatchObject({
    outcome: 'processed',
    unrecorded: 'lease_lost',
  })
})

test('hooks know when the request came, and in a worker the job as well', async () => {
  const at = Date.parse('2026-03-01T00:00:00Z')
  let now = at
  const hooks = watching()
  let job: unknown
  const receiving = createReceiver({
    ...options,
    hooks,
    now: () => now,
    dispatch: async (delivery) => {
      job = toJob(delivery)
    },
  })
  const request = await signedRequest({ event, signedAt: new Date(at) })
  await receiving.handle({ ...request, remoteAddress: '203.0.113.7' })
  const [, received] = hooks.onOutcome.mock.calls[0] ?? []
  expect(received).toMatchObject({ job: undefined, remoteAddress: '203.0.113.7', late: false })
  expect(Math.abs(Number(received?.receivedAt) - at)).toBeLessThan(1000)

  now = at + 90_000
  const working = createReceiver({ ...options, hooks, now: () => now }).on('*', () => {})
  await working.work(job, { job: { id: 'j1', run: 2, queue: 'webhooks' } })
  const [outcome, info] = hooks.onOutcome.mock.calls[1] ?? []
  expect(outcome).toMatchObject({ outcome: 'processed' })
  expect(info).toMatchObject({ job: { id: 'j1', run: 2, queue: 'webhooks' } })
  expect(info?.receivedAt).toEqual(new Date(at))
  await working.work({ no: 'job' })
  expect(hooks.onOutcome).toHaveBeenCalledTimes(3)
})

const lateRun = async (more: object = {}) => {
  const hooks = watching()
  let end = { resolve: (): void => {}, reject: (_: Error): void => {} }
  const receiver = createReceiver({ ...options, ...more, hooks, deadlineMs: 10 }).on(
    '*',
    () => new Promise<void>((resolve, reject) => (end = { resolve, reject })),
  )
  const request = { ...(await signedRequest({ event })), remoteAddress: '203.0.113.7' }
  expect(await receiver.handle(request)).toMatchObject({ code: 'deadline_exceeded' })
  for (const level of [logger.info, logger.warn, logger.error]) level.mockClear()
  const ended = () => vi.waitFor(() => expect(hooks.onLate).toHaveBeenCalledOnce())
  return { hooks, end: () => end, ended }
}

test('a handler that fails after the deadline is logged with its error, and told to onLate', async () => {
  const { hooks, end, ended } = await lateRun()
  const error = new Error('too late')
  end().reject(error)
  await ended()
  expect(logger.error).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ err: error, id: event.id, type: event.type }),
    expect.stringContaining('after the deadline'),
  )
  expect(hooks.onLate).toHaveBeenCalledWith(
    expect.objectContaining({ outcome: 'failed', code: 'handler_failed', error }),
    expect.objectContaining({ late: true, remoteAddress: '203.0.113.7' }),
  )
  expect(hooks.onOutcome.mock.calls.map(([{ outcome }, { late }]) => [outcome, late])).toEqual([
    ['retry_later', false],
    ['failed', true],
  ])
  expect(hooks.onFailed).not.toHaveBeenCalled()
})

test('so is one that succeeds, or is parked', async () => {
  const succeeding = await lateRun()
  succeeding.end().resolve()
  await succeeding.ended()
  expect(succeeding.hooks.onLate.mock.calls[0]?.[0]).toMatchObject({ outcome: 'processed' })
  expect(logger.info).toHaveBeenCalledOnce()
  const parking = await lateRun({ park: async () => {} })
  parking.end().reject(new PermanentFailure('no'))
  await parking.ended()
  expect(parking.hooks.onLate.mock.calls[0]?.[0]).toMatchObject({ outcome: 'parked' })
})

test('and a transaction that ends after the deadline', async () => {
  const store = {
    name: 'transactional',
    transact: async (
      _: unknown,
      run: (tx: undefined, signal: AbortSignal) => Promise<{ commit: boolean }>,
    ) => {
      const { commit, ...rest } = await run(undefined, new AbortController().signal)
      return { kind: commit ? 'committed' : 'rolled_back', ...rest }
    },
  }
  const { hooks, end, ended } = await lateRun({ store })
  const error = new Error('too late')
  end().reject(error)
  await ended()
  expect(logger.error).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ err: error }),
    expect.stringContaining('after the deadline'),
  )
  expect(hooks.onLate).toHaveBeenCalledOnce()
})
