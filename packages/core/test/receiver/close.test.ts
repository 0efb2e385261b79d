import { expect, test, vi } from 'vitest'
import { createReceiver, memoryStore, type ReceiverOptions } from '../../src/index.ts'
import { jobVerdict, toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const logger = { info: () => {}, warn: () => {}, error: () => {} }

/** A receiver whose handler waits until it is told to go on. */
const waiting = (more: Partial<ReceiverOptions> = {}) => {
  const store = memoryStore()
  const signals: AbortSignal[] = []
  let goOn = (): void => {}
  const waited = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const receiver = createReceiver({ secret: testSecret, logger, store, random: () => 0, ...more })
  receiver.on('*', async (_, { signal }) => {
    signals.push(signal)
    await waited
  })
  return { receiver, store, signals, goOn: () => goOn() }
}

const running = (signals: readonly AbortSignal[]) =>
  vi.waitFor(() => expect(signals).toHaveLength(1), { timeout: 10_000 })

const request = (id = `msg_${crypto.randomUUID()}`) =>
  signedRequest({ event: { ...fixture('chat.message'), id } })

test('an idle receiver closes at once, and what comes later is 503 with Retry-After', async () => {
  const { receiver, signals } = waiting()
  expect(await receiver.close()).toEqual({ left: [] })
  const refused = { outcome: 'retry_later', code: 'closing', status: 503 }
  const result = await receiver.handle(await request())
  expect(result).toMatchObject(refused)
  expect(Number(result.headers['retry-after'])).toBeGreaterThan(0)
  expect(await receiver.verifyRequest(await request())).toMatchObject({ ok: false, ...refused })
  expect((await receiver.fetch(new Request('http://127.0.0.1/', await request()))).status).toBe(503)
  expect(signals).toEqual([])
})

test('a job that comes to a closing worker goes back to its queue', async () => {
  let job: unknown
  const dispatch: NonNullable<ReceiverOptions['dispatch']> = async (delivery) => {
    job = toJob(delivery)
  }
  await createReceiver({ secret: testSecret, endpoint: 'billing', logger, dispatch }).handle(
    await request(),
  )
  const { receiver, signals } = waiting({ endpoint: 'billing' })
  await receiver.close()
  expect(jobVerdict(await receiver.work(job))).toMatchObject({ kind: 'later', reason: 'closing' })
  expect(signals).toEqual([])
})

test('what is under way finishes, and the close waits for it', async () => {
  const { receiver, signals, goOn } = waiting()
  const handling = receiver.handle(await request())
  await running(signals)
  expect(receiver.inFlight).toBe(1)
  const closed = vi.fn()
  const closing = receiver.close({ timeoutMs: 60_000 }).then((result) => {
    closed()
    return result
  })
  expect(await receiver.handle(await request())).toMatchObject({ code: 'closing' })
  expect(closed).not.toHaveBeenCalled()
  goOn()
  expect(await handling).toMatchObject({ outcome: 'processed' })
  expect(await closing).toEqual({ left: [] })
  expect(signals[0]?.aborted).toBe(false)
  expect(receiver.inFlight).toBe(0)
})

test('at the time-out the sender is answered 503 and the signal aborted: a handler that stops gives its event back', async () => {
  const store = memoryStore()
  const aborted = vi.fn()
  const receiver = createReceiver({ secret: testSecret, logger, store }).on(
    '*',
    (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted(signal.reason)
          reject(signal.reason)
        })
      }),
  )
  const delivery = await request()
  const handling = receiver.handle(delivery)
  await vi.waitFor(() => expect(receiver.inFlight).toBe(1))
  expect(await receiver.close({ timeoutMs: 50 })).toEqual({ left: [] })
  const result = await handling
  expect(result).toMatchObject({ code: 'closing', reason: 'handlers', status: 503 })
  expect(aborted).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ message: expect.stringContaining('receiver.close') }),
  )
  const next = createReceiver({ secret: testSecret, logger, store }).on('*', () => {})
  expect(await next.handle(delivery)).toMatchObject({ outcome: 'processed', run: 2 })
})

test('the claim of a handler that does not stop is given back, and the close tells its event', async () => {
  const { receiver, store, signals, goOn } = waiting()
  const delivery = await request('msg_stubborn')
  const handling = receiver.handle(delivery)
  await running(signals)
  expect(await receiver.close({ timeoutMs: 50 })).toEqual({ left: ['msg_stubborn'] })
  expect(await handling).toMatchObject({ code: 'closing' })
  expect(receiver.inFlight).toBe(1)
  const next = createReceiver({ secret: testSecret, logger, store }).on('*', () => {})
  expect(await next.handle(delivery)).toMatchObject({ outcome: 'processed', run: 2 })
  goOn()
  await vi.waitFor(() => expect(receiver.inFlight).toBe(0))
})

test('a run that goes on after its deadline is in flight, and the close waits for it', async () => {
  const { receiver, store, signals, goOn } = waiting({ deadlineMs: 50 })
  const delivery = await request()
  expect(await receiver.handle(delivery)).toMatchObject({ code: 'deadline_exceeded' })
  expect(signals[0]?.aborted).toBe(true)
  expect(receiver.inFlight).toBe(1)
  const closing = receiver.close({ timeoutMs: 60_000 })
  goOn()
  expect(await closing).toEqual({ left: [] })
  const next = createReceiver({ secret: testSecret, logger, store }).on('*', () => {})
  expect(await next.handle(delivery)).toMatchObject({ outcome: 'duplicate' })
})

test('a store that does not take the claim back does not hold the close up', async () => {
  const never = new Promise<never>(() => {})
  const { receiver, signals } = waiting({ store: { ...memoryStore(), release: () => never } })
  const handling = receiver.handle(await request('msg_kept'))
  await running(signals)
  expect(await receiver.close({ timeoutMs: 50 })).toEqual({ left: ['msg_kept'] })
  await handling
})

test('a time that no timer can hold is refused, and the receiver stays open', async () => {
  const receiver = createReceiver({ secret: testSecret, logger }).on('*', () => {})
  await expect(receiver.close({ timeoutMs: -1 })).rejects.toMatchObject({ code: 'option_invalid' })
  expect(await receiver.handle(await request())).toMatchObject({ outcome: 'processed' })
})

test('two that close it at the same time both hear of the end at once', async () => {
  const { receiver, signals, goOn } = waiting()
  const handling = receiver.handle(await request())
  await running(signals)
  const startedAt = performance.now()
  const closing = Promise.all([receiver.close(), receiver.close()])
  goOn()
  expect(await closing).toEqual([{ left: [] }, { left: [] }])
  expect(performance.now() - startedAt).toBeLessThan(4000)
  expect(await handling).toMatchObject({ status: 200 })
})
