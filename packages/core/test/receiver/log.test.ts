import { inspect } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import type { IdempotencyStore } from '../../src/idempotency/index.ts'
import {
  createReceiver,
  type Hooks,
  type Logger,
  memoryStore,
  type ReceiverOptions,
  StoreUnavailableError,
} from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const fakeTime = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })

afterEach(() => {
  vi.useRealTimers()
})

const newLogger = () => ({
  info: vi.fn<Logger['info']>(),
  warn: vi.fn<Logger['warn']>(),
  error: vi.fn<Logger['error']>(),
})

const forged = async () => ({
  ...(await signedRequest({ event: fixture('chat.message') })),
  body: '{"private":"content"}',
})

test('the first event of a type that no handler takes is a warning, and every further one an info', async () => {
  const logger = newLogger()
  const receiver = createReceiver({ secret: testSecret, logger })
  for (const type of ['chat.message', 'user.login', 'chat.message'] as const) {
    await receiver.handle(
      await signedRequest({ event: { ...fixture(type), id: crypto.randomUUID() } }),
    )
  }
  expect(logger.warn.mock.calls.map(([details]) => details)).toMatchObject([
    { outcome: 'unhandled', type: 'chat.message' },
    { outcome: 'unhandled', type: 'user.login' },
  ])
  expect(logger.warn.mock.calls[0]?.[1]).toMatch(/no handler is registered .* is not kept/)
  expect(logger.info.mock.calls).toMatchObject([
    [{ outcome: 'unhandled', type: 'chat.message' }, expect.anything()],
  ])
})

test('a genuine body that holds no event is logged with its signed id and the secret that matched', async () => {
  const logger = newLogger()
  const receiver = createReceiver({ secret: testSecret, logger })
  const result = await receiver.handle(await signedRequest({ body: 'not JSON', id: 'msg_7' }))
  expect(result).toMatchObject({ outcome: 'rejected', id: 'msg_7', secretId: 'secret-1' })
  expect(logger.warn.mock.calls).toMatchObject([
    [{ id: 'msg_7', secretId: 'secret-1', outcome: 'rejected' }, expect.anything()],
  ])
})

test('a flood of refusals writes one line for each code, and a sum of the rest every minute', async () => {
  fakeTime()
  const logger = newLogger()
  const receiver = createReceiver({ secret: testSecret, logger })
  for (let i = 0; i < 1000; i++) await receiver.handle(await forged())
  expect(logger.warn).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(logger.warn).toHaveBeenCalledTimes(2)
  expect(logger.warn.mock.calls[1]).toMatchObject([
    { code: 'invalid_signature', count: 999 },
    expect.stringMatching(/^999 times more: invalid_signature: /),
  ])
  // A quiet time later it is news again.
  await vi.advanceTimersByTimeAsync(60_000)
  expect(logger.warn).toHaveBeenCalledTimes(2)
  await receiver.handle(await forged())
  expect(logger.warn.mock.calls[2]?.[1]).toMatch(/^invalid_signature: /)
})

test('a wall clock that is set back does not silence the log', async () => {
  fakeTime()
  let now = Date.now()
  const logger = newLogger()
  const receiver = createReceiver({ secret: testSecret, logger, now: () => now })
  const unsigned = { method: 'POST', headers: {}, body: '{}' }
  await receiver.handle(unsigned)
  now -= 600_000
  await vi.advanceTimersByTimeAsync(60_000)
  await receiver.handle(unsigned)
  expect(logger.warn).toHaveBeenCalledTimes(2)
})

/** The error of a client that says no, as a store and the layers around it wrap it. */
const wrapped = (message: string): Error => {
  const reply = Object.assign(new Error(message), { command: { name: 'evalsha' } })
  return new StoreUnavailableError('Redis did not answer.', {
    cause: new Error('the script failed', { cause: reply }),
  })
}

const outage = async (options: Partial<ReceiverOptions>, deliveries: number, everyMs: number) => {
  fakeTime()
  const logger = newLogger()
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger,
    ...options,
  }).on('*', () => {})
  for (let n = 0; n < deliveries; n++) {
    const delivering = receiver.handle(
      await signedRequest({ event: { ...fixture('chat.message'), id: `msg_${n}` } }),
    )
    await vi.advanceTimersByTimeAsync(everyMs)
    await delivering
  }
  const lines = [logger.warn, logger.error].flatMap(({ mock }) => mock.calls)
  // As console and pino print it: with the stacks of the error and of what caused it.
  const bytes = lines.map((line) => inspect(line, { depth: 10 })).join('\n').length
  return { lines, bytes, text: lines.map(([, sentence]) => sentence).join('\n') }
}

const readonlyStore = (): IdempotencyStore => ({
  ...memoryStore(),
  name: 'redis',
  claim: () => Promise.reject(wrapped("READONLY You can't write against a read only replica.")),
})

test.each([
  ['a store', { store: readonlyStore() }],
  ['a store, with fail-open', { store: readonlyStore(), onStoreError: 'fail-open' }],
  ['a queue', { dispatch: () => Promise.reject(wrapped('READONLY it is a replica')) }],
] satisfies (readonly [string, Partial<ReceiverOptions>])[])(
  'an outage of 130 s at 20 events a second is told in four lines: %s',
  async (_, options) => {
    const { lines, bytes, text } = await outage(options, 2600, 50)
    expect(lines.length).toBeLessThanOrEqual(4)
    expect(bytes).toBeLessThan(4 * 1024)
    expect(text).toContain('READONLY')
    const counts = lines.map(([details]) => Number(Reflect.get(details, 'count') ?? 1))
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(2400)
  },
)

test('nor does a store that takes no completion and no renewal write a line for each run', async () => {
  const refusal = () => Promise.reject(wrapped('READONLY it is a replica'))
  const store = { ...memoryStore(), complete: refusal, renew: refusal, release: refusal }
  const { lines, bytes } = await outage({ store, deadlineMs: 1 }, 300, 100)
  expect(lines.length).toBeLessThanOrEqual(8)
  expect(bytes).toBeLessThan(8 * 1024)
})

test('a store that said no is not said to have been silent, and the other way round', async () => {
  const said = await outage({ store: readonlyStore() }, 1, 10)
  expect(said.text).toMatch(/^store_unavailable: .*It gave an error: READONLY You can't write/)
  expect(inspect(said.lines)).not.toContain('did not answer')
  vi.useRealTimers()
  const silent: IdempotencyStore = { ...memoryStore(), claim: () => new Promise(() => {}) }
  const { text } = await outage({ store: silent, storeTimeoutMs: 20 }, 1, 100)
  expect(text).toContain('It did not answer within 20 ms.')
})

test('what an error says is one short line in a sentence', async () => {
  const text = `OOM\n[ainexlayer] forged\u001b[31m ${'x'.repeat(10_000)}`
  const store = { ...memoryStore(), claim: () => Promise.reject(wrapped(text)) }
  const { lines } = await outage({ store }, 1, 10)
  const sentence = lines[0]?.[1] ?? ''
  expect(sentence).toContain('OOM [ainexlayer] forged')
  expect(sentence).not.toMatch(/\p{Cc}/u)
  expect(sentence.length).toBeLessThan(500)
})

test('a secret function that keeps throwing does not flood the log either', async () => {
  const logger = newLogger()
  const secret = () => Promise.reject(new Error('vault is sealed'))
  const receiver = createReceiver({ secret, logger })
  for (let i = 0; i < 100; i++) await receiver.handle(await forged())
  expect(logger.warn).toHaveBeenCalledOnce()
  expect(logger.error).toHaveBeenCalledOnce()
})

test('no line of the log holds the secret, a signature or the body', async () => {
  const logger = newLogger()
  const receiver = createReceiver({ secret: testSecret, logger }).on('*', () => {
    throw new Error('no')
  })
  const requests = [
    await forged(),
    await signedRequest({ event: fixture('chat.message', { content: 'private content' }) }),
    await signedRequest({
      body: '{"type":"chat.message","data":{"content":"private content"}}',
      id: 'msg_1',
    }),
  ]
  for (const request of requests) await receiver.handle(request)
  const lines = JSON.stringify(
    [logger.info, logger.warn, logger.error].map((log) => log.mock.calls),
  )
  expect(lines).toContain('invalid_signature')
  expect(lines).not.toContain('private')
  expect(lines).not.toContain(testSecret)
  for (const { headers } of requests) expect(lines).not.toContain(headers['webhook-signature'])
})

test('hooks are told what the caller is not, one after another', async () => {
  const first = vi.fn<NonNullable<Hooks['onRejected']>>()
  const second = vi.fn()
  const receiver = createReceiver({
    secret: testSecret,
    logger: newLogger(),
    hooks: [{ onRejected: first }, { onRejected: second, onProcessed: second }],
  })
  const request = await signedRequest({ event: { ...fixture('chat.message'), data: {} } })
  await receiver.handle({ ...request, remoteAddress: '203.0.113.7' })
  expect(first.mock.calls[0]).toMatchObject([
    { outcome: 'rejected', code: 'invalid_payload', issues: [{ path: 'data.id' }, {}, {}] },
    { remoteAddress: '203.0.113.7', durationMs: expect.any(Number) },
  ])
  expect(second).toHaveBeenCalledOnce()
})

test('a hook that throws is logged and changes nothing', async () => {
  const logger = newLogger()
  const receiver = createReceiver({
    secret: testSecret,
    logger,
    hooks: [
      {
        onProcessed: () => {
          throw new Error('sync')
        },
      },
      { onProcessed: () => Promise.reject(new Error('async')) },
    ],
  }).on('*', () => {})
  const result = await receiver.handle(await signedRequest({ event: fixture('chat.message') }))
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  await vi.waitFor(() => expect(logger.error).toHaveBeenCalledTimes(2))
})

test('the memory store warns once in production, and only then', () => {
  const logger = newLogger()
  createReceiver({ secret: testSecret, logger })
  expect(logger.warn).not.toHaveBeenCalled()
  vi.stubEnv('NODE_ENV', 'production')
  createReceiver({ secret: testSecret, logger })
  expect(logger.warn).toHaveBeenCalledOnce()
  vi.unstubAllEnvs()
})

test.each([
  ['deadlineMs', { deadlineMs: 0 }],
  ['leaseMs', { leaseMs: Number.NaN }],
  ['toleranceSeconds', { toleranceSeconds: -1 }],
  ['maxBodyBytes', { maxBodyBytes: 0.5 }],
  ['endpoint', { endpoint: 'a:b' }],
  ['maxRuns', { maxRuns: 3 }],
  ['retentionMs', { retentionMs: 10_000 }],
  ['retentionMs', { retentionMs: 600_000, leaseMs: 700_000 }],
])('an option that cannot work is refused where it is made: %s', (name, wrong) => {
  expect(() => createReceiver({ secret: testSecret, ...wrong })).toThrow(
    expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(name) }),
  )
})
