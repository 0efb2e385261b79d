import { expect, test, vi } from 'vitest'
import { createReceiver, type Hooks, type Logger } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const newLogger = () => ({
  info: vi.fn<Logger['info']>(),
  warn: vi.fn<Logger['warn']>(),
  error: vi.fn<Logger['error']>(),
})

const forged = async () => ({
  ...(await signedRequest({ event: fixture('chat.message') })),
  body: '{"private":"content"}',
})

test('a flood of refusals writes one line in ten seconds for each code, and counts the rest', async () => {
  let now = Date.now()
  const logger = newLogger()
  const receiver = createReceiver({ secret: testSecret, logger, now: () => now })
  for (let i = 0; i < 1000; i++) await receiver.handle(await forged())
  expect(logger.warn).toHaveBeenCalledOnce()
  now += 10_000
  await receiver.handle(await forged())
  expect(logger.warn).toHaveBeenCalledTimes(2)
  expect(logger.warn.mock.calls[1]?.[0]).toMatchObject({
    code: 'invalid_signature',
    suppressed: 999,
  })
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
