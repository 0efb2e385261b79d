import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  createReceiver,
  type IncomingRequest,
  memoryStore,
  type ReceiverOptions,
} from '../../src/index.ts'
import { nodeListener } from '../../src/node/index.ts'
import { toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const event = fixture('chat.message')

const unhandled: unknown[] = []
const onUnhandled = (error: unknown) => unhandled.push(error)

beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', onUnhandled)
  for (const level of [quiet.info, quiet.warn, quiet.error]) level.mockClear()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

afterEach(async () => {
  // An unhandled rejection is found after the microtasks.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', onUnhandled)
  vi.restoreAllMocks()
  expect(unhandled).toEqual([])
})

const throws = (): never => {
  throw new Error('of the user')
}
const rejects = () => Promise.reject(new Error('of the user'))

const circular = (): Error => {
  const error = new Error('circular')
  Object.assign(error, { self: error })
  return error
}

describe('a logger that misbehaves changes nothing', () => {
  const loggers: readonly (readonly [string, unknown])[] = [
    ['throws', { info: throws, warn: throws, error: throws }],
    ['answers with a promise that fails', { info: rejects, warn: rejects, error: rejects }],
    [
      'writes JSON',
      Object.fromEntries(
        ['info', 'warn', 'error'].map((level) => [level, (d: object) => JSON.stringify(d)]),
      ),
    ],
  ]
  test.each(loggers)('%s', async (_, logger) => {
    const receiver = createReceiver({
      secret: testSecret,
      logger: logger as NonNullable<ReceiverOptions['logger']>,
      diagnose: true,
      hooks: { onOutcome: throws },
    })
      .on('chat.message', () => {
        throw circular()
      })
      .on('user.login', (__, { log }) => log.info({ loop: circular() }, 'hello'))
    const request = await signedRequest({ event })
    expect(await receiver.handle(request)).toMatchObject({ status: 500, code: 'handler_failed' })
    expect(await receiver.handle({ ...request, body: '{}' })).toMatchObject({ status: 401 })
    expect(await receiver.handle({ ...request, method: 'GET' })).toMatchObject({ status: 405 })
    const login = await signedRequest({ event: fixture('user.login') })
    expect(await receiver.handle(login)).toMatchObject({ outcome: 'processed' })
    const unheard = await signedRequest({ event: fixture('user.created') })
    expect(await receiver.handle(unheard)).toMatchObject({ outcome: 'unhandled' })
    expect(await receiver.verifyRequest({ ...request, body: '{}' })).toMatchObject({ status: 401 })
    expect(await receiver.work({ no: 'job' })).toMatchObject({ code: 'misconfigured' })
    const response = await receiver.fetch(new Request('http://x.test', { ...request, body: '{}' }))
    expect(response.status).toBe(401)
    expect(vi.mocked(console.error).mock.calls.length).toBeLessThanOrEqual(1)
  })

  test('on the late path and in the timers of the lease as well', async () => {
    const logger = { info: throws, warn: throws, error: throws }
    const store = { ...memoryStore(), renew: rejects }
    let fail = (_: unknown): void => {}
    const onLate = vi.fn(throws)
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger,
      store,
      leaseMs: 30,
      deadlineMs: 10,
      hooks: { onLate },
    }).on('*', () => new Promise((_, reject) => (fail = reject)))
    expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({ status: 503 })
    await new Promise((resolve) => setTimeout(resolve, 60))
    fail(circular())
    await vi.waitFor(() => expect(onLate).toHaveBeenCalledOnce())
  })
})

describe('an address that throws counts as unknown', () => {
  const request = async (): Promise<IncomingRequest> => {
    const signed = await signedRequest({ event })
    return Object.defineProperty({ ...signed }, 'remoteAddress', { get: throws })
  }

  test('for hooks, throttle and allowlist alike, and the log says so once', async () => {
    const onProcessed = vi.fn()
    const throttle = vi.fn(() => undefined)
    const receiver = createReceiver({
      secret: testSecret,
      logger: quiet,
      throttle,
      hooks: { onProcessed },
    }).on('*', () => {})
    expect(await receiver.handle(await request())).toMatchObject({ outcome: 'processed' })
    expect(throttle).toHaveBeenCalledWith(expect.objectContaining({ remoteAddress: undefined }))
    expect(onProcessed.mock.calls[0]?.[1]).toMatchObject({ remoteAddress: undefined })
    expect(quiet.error).toHaveBeenCalledOnce()
    const listed = createReceiver({ secret: testSecret, logger: quiet, allowAddress: () => true })
    expect(await listed.handle(await request())).toMatchObject({ code: 'address_not_allowed' })
    expect(await listed.verifyRequest(await request())).toMatchObject({ status: 403 })
  })

  test('over node:http, where one request without the header ended the process', async () => {
    const receiver = createReceiver({
      secret: testSecret,
      logger: quiet,
      hooks: { onRejected: () => {} },
    })
    const remoteAddress = ({ headers }: IncomingMessage) =>
      headers['x-real-ip'] === undefined ? throws() : '203.0.113.7'
    const server = createServer(nodeListener(receiver, { remoteAddress }))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(405)
    server.close()
  })
})

test('hooks that throw, or fail later, are logged and change nothing', async () => {
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    hooks: [
      { onProcessed: throws, onOutcome: rejects },
      { onProcessed: rejects, onOutcome: throws },
    ],
  }).on('*', () => {})
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({ status: 200 })
  await vi.waitFor(() => expect(quiet.error).toHaveBeenCalledTimes(4))
})

test('randomness that throws, or is no number, still gives a whole Retry-After', async () => {
  for (const random of [throws, () => Number.NaN, () => 1e21, () => undefined as never]) {
    const store = { ...memoryStore(), claim: rejects }
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      random,
      store,
    })
    const result = await receiver.on('*', () => {}).handle(await signedRequest({ event }))
    expect(result).toMatchObject({ status: 503, code: 'store_unavailable' })
    expect(Number(result.headers['retry-after'])).toBeGreaterThanOrEqual(5)
    expect(Number(result.headers['retry-after'])).toBeLessThanOrEqual(30)
  }
})

test('a throttle or an allowlist that throws is answered 500, and nothing escapes', async () => {
  const request = { ...(await signedRequest({ event })), remoteAddress: '203.0.113.7' }
  for (const option of [
    { throttle: throws },
    { throttle: rejects },
    { throttle: () => ({}) as never, expected: 429 },
    { allowAddress: throws },
  ]) {
    const { expected = 500, ...wrong } = { ...option }
    const receiver = createReceiver({ secret: testSecret, logger: quiet, ...wrong })
    expect(await receiver.handle(request)).toMatchObject({ status: expected })
    expect(await receiver.verifyRequest(request)).toMatchObject({ status: expected })
  }
})

test('a waitUntil that throws changes nothing', async () => {
  let finish = (): void => {}
  const receiver = createReceiver({ secret: testSecret, logger: quiet, deadlineMs: 10 })
  receiver.on('*', () => new Promise<void>((resolve) => (finish = resolve)))
  const request = { ...(await signedRequest({ event })), waitUntil: throws }
  expect(await receiver.handle(request)).toMatchObject({ status: 503, reason: 'handlers' })
  finish()
  await vi.waitFor(async () => {
    expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
  })
})

test('whatever a handler throws, the answer is a failure and the claim is given back', async () => {
  const hostile = new Proxy(
    {},
    {
      has: throws,
      get: throws,
    },
  )
  const unreadable = Object.defineProperty(new Error('x'), 'cause', { get: throws })
  for (const thrown of [hostile, unreadable, null, Symbol('s'), 1n]) {
    const handler = vi.fn().mockImplementationOnce(() => {
      throw thrown
    })
    const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', handler)
    const request = await signedRequest({ event })
    expect(await receiver.handle(request)).toMatchObject({ status: 500, code: 'handler_failed' })
    expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed', run: 2 })
  }
})

test('a job of work that misbehaves is an outcome, never an exception', async () => {
  const broken = { info: throws, warn: throws, error: throws }
  let job: unknown
  const sending = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: broken,
    dispatch: async (delivery) => {
      job = toJob(delivery)
    },
  })
  await sending.handle(await signedRequest({ event }))
  const receiver = createReceiver({
    secret: testSecret,
    logger: broken,
    now: throws,
    hooks: { onOutcome: throws },
  }).on('*', () => {
    throw circular()
  })
  expect(await receiver.work(job)).toMatchObject({ outcome: 'failed', code: 'handler_failed' })
})

test.each([
  ['onStoreError', 'fail_closed'],
  ['onStoreError', false],
  ['unhandled', 'rejected'],
  ['store', null],
])('a choice that does not exist is refused when the receiver is made: %s: %s', (name, value) => {
  const wrong = { secret: testSecret, [name]: value } as unknown as ReceiverOptions
  expect(() => createReceiver(wrong)).toThrow(
    expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(name) }),
  )
})

test('a hook that changes the outcome does not change the answer', async () => {
  const spoil = (outcome: object): void => {
    Object.assign(outcome, { outcome: 'processed', code: undefined })
  }
  const receiver = createReceiver({
    secret: testSecret,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    hooks: { onFailed: spoil },
  }).on('*', () => {
    throw new Error('no')
  })
  const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(result).toMatchObject({ status: 500, outcome: 'failed', code: 'handler_failed' })
})

test('a dispatch of plain JavaScript that answers at once has queued the event', async () => {
  const dispatch = (() => ({ kind: 'queued' })) as unknown as NonNullable<
    ReceiverOptions['dispatch']
  >
  const receiver = createReceiver({ endpoint: 'default', secret: testSecret, dispatch })
  expect(
    await receiver.handle(await signedRequest({ event: fixture('chat.message') })),
  ).toMatchObject({ outcome: 'accepted' })
})
