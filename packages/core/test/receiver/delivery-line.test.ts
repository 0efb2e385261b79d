import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createReceiver,
  EndpointGone,
  hmacBody,
  type IncomingRequest,
  type Logger,
  memoryStore,
  PermanentFailure,
  type Receiver,
  type ReceiverOptions,
  RetryLater,
  sign,
} from '../../src/index.ts'
import { toJob } from '../../src/queue/index.ts'
import { fixture, fixtures, signedRequest, testSecret } from '../../src/testing/index.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const sink = () => {
  const chunks: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join(''), lines: () => chunks.join('').trim().split('\n') }
}

const now = Date.now()
const event = () => ({
  ...fixture('chat.message'),
  timestamp: new Date(now - 4_000).toISOString(),
})

const logged = async (
  handler: () => unknown,
  options: Partial<ReceiverOptions> = {},
  deliver = (receiver: Receiver, request: IncomingRequest) =>
    receiver.handle(request) as Promise<unknown>,
) => {
  const { stream, lines } = sink()
  const receiver = createReceiver({
    endpoint: 'billing',
    secret: [{ value: testSecret, id: 'autumn' }],
    logger: pino({ base: null, timestamp: false }, stream),
    now: () => now,
    ...options,
  }).on('*', handler)
  const request = await signedRequest({ event: event(), signedAt: new Date(now) })
  await deliver(receiver, request)
  return {
    lines: lines().map((line) => JSON.parse(line) as Record<string, unknown>),
    bytes: Buffer.byteLength(request.body),
    id: new Headers(request.headers).get('webhook-id'),
  }
}

const [info, warn, error] = [30, 40, 50]

test('pino writes one line for a delivery, with all that was measured of it', async () => {
  const { lines, bytes, id } = await logged(() => {})
  expect(lines).toEqual([
    {
      level: info,
      outcome: 'processed',
      id,
      type: 'chat.message',
      secretId: 'autumn',
      run: 1,
      lagMs: 4_000,
      bytes,
      durationMs: expect.any(Number),
      msg: 'the event was handled',
    },
  ])
})

test.each([
  ['failed', error, { code: 'handler_failed', run: 1 }, new Error('no luck'), {}],
  [
    'retry_later',
    warn,
    { code: 'retry_later', run: 1, retryAfterSeconds: 7 },
    new RetryLater(7),
    {},
  ],
  ['gone', warn, { run: 1 }, new EndpointGone(), {}],
  ['parked', warn, { run: 1 }, new PermanentFailure('no'), { park: async () => {} }],
])('so does a delivery that is %s', async (outcome, level, details, thrown, options) => {
  const { lines, bytes, id } = await logged(() => {
    throw thrown
  }, options)
  const rest = { id, bytes, secretId: 'autumn', lagMs: 4_000, durationMs: expect.any(Number) }
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ level, outcome, ...rest, ...details })
  expect(lines[0]).toMatchObject({ err: { message: thrown.message } })
})

test('and one that is a duplicate, in the queue, verified alone, or run by a worker', async () => {
  const twice = await logged(
    () => {},
    {},
    async (receiver, request) => {
      await receiver.handle(request)
      await receiver.handle(request)
    },
  )
  expect(twice.lines).toMatchObject([
    { outcome: 'processed' },
    { level: info, outcome: 'duplicate' },
  ])
  const jobs: unknown[] = []
  const queued = await logged(() => {}, { dispatch: async (genuine) => jobs.push(toJob(genuine)) })
  expect(queued.lines).toMatchObject([{ level: info, outcome: 'accepted', bytes: queued.bytes }])
  const worked = await logged(
    () => {},
    {},
    (receiver) => receiver.work(jobs[0]),
  )
  expect(worked.lines).toMatchObject([{ outcome: 'processed', run: 1, bytes: worked.bytes }])
  const verified = await logged(
    () => {},
    {},
    (receiver, request) => receiver.verifyRequest(request),
  )
  expect(verified.lines).toMatchObject([{ level: info, outcome: 'verified', lagMs: 4_000 }])
})

describe('whatever comes in, no log has it', () => {
  const evil = 'x\r\n[ainexlayer] forged\u001b[31m\u0000\u2028\u202egnp'
  const authorization = 'Bearer s3cr3t-t0k3n'
  const payload = 'the private payload'

  /** All kinds of deliveries, with texts of the caller's wherever one can be. */
  const runAll = async (logger: Logger): Promise<string[]> => {
    const signatures: string[] = []
    const unlucky = () => {
      throw new Error('no luck')
    }
    const options = { secret: testSecret, logger, diagnose: true, endpoint: 'billing' }
    const standard = createReceiver(options)
      .on('chat.message', (_, { log }) => log.info({}, 'it arrived'))
      .on('user.login', unlucky)
      .onUnknown((_, { log }) => log.warn({}, 'an unknown one'))
    const ofBody = createReceiver({
      ...options,
      profile: hmacBody(),
      park: async () => {
        throw new Error('full')
      },
      store: { ...memoryStore(), complete: async () => Promise.reject(new Error('gone')) },
      deadlineMs: 50,
    })
      .on('chat.message', () => {
        throw new PermanentFailure('never')
      })
      .onUnknown((_, { log }) => log.info({}, 'an unknown one'))
    const seen = (request: IncomingRequest): IncomingRequest => {
      const headers = new Headers(request.headers as Record<string, string>)
      for (const [name, value] of headers) {
        if (name.includes('signature')) signatures.push(value.replace(/^v1,|^sha256=/, ''))
      }
      return {
        ...request,
        headers: {
          ...Object.fromEntries(headers),
          authorization,
          cookie: authorization,
          'user-agent': evil,
          'x-forwarded-for': evil,
          traceparent: evil,
        },
      }
    }
    for (const one of Object.values(fixtures)) {
      const request = seen(await signedRequest({ event: one }))
      await standard.handle(request)
      await standard.handle(request)
      await standard.handle({ ...request, body: JSON.stringify({ content: payload }) })
      await standard.handle({ ...request, headers: { ...request.headers, 'webhook-id': evil } })
      await standard.handle({
        ...request,
        headers: { ...request.headers, 'webhook-timestamp': evil },
      })
      await standard.handle({
        ...request,
        headers: { ...request.headers, 'webhook-signature': evil },
      })
      await standard.handle({ ...request, headers: {} })
      await standard.handle({ ...request, method: evil })
      await standard.verifyRequest(request)
    }
    const body = (value: unknown): string => JSON.stringify(value)
    const data = { content: payload, [evil]: payload }
    for (const text of [
      body({ id: evil, type: evil, data }),
      body({ id: evil, type: 'chat.message', data: { id: 7, [evil]: evil, content: payload } }),
      body({ id: evil, type: 'chat.message', data: fixture('chat.message').data }),
      body({ id: `${evil}2`, type: evil, timestamp: evil, data }),
      body({ type: [payload], data }),
      body([payload]),
      payload,
    ]) {
      const signed = await sign({
        id: 'x',
        signedAt: new Date(),
        body: text,
        secret: testSecret,
        profile: hmacBody(),
      })
      const request = seen({ method: 'POST', headers: signed, body: text })
      await ofBody.handle(request)
      await ofBody.handle(request)
      await ofBody.handle({ ...request, body: text.replace('private', 'secret') })
    }
    await ofBody.work({ v: 1, id: evil, endpoint: evil, headers: { authorization } })
    await ofBody.work({
      v: 1,
      id: evil,
      type: evil,
      secretId: evil,
      endpoint: 'billing',
      receivedAt: 1,
      headers: {},
      body: { text: body({ type: evil, id: evil, data }) },
    })
    return signatures
  }

  const search = (text: string, signatures: readonly string[]): void => {
    expect(text.length).toBeGreaterThan(2000)
    expect(signatures.length).toBeGreaterThan(20)
    for (const kept of [
      testSecret,
      testSecret.slice(6),
      authorization,
      's3cr3t',
      payload,
      ...signatures,
    ]) {
      expect(text).not.toContain(kept)
    }
    // Nothing but the ends of lines: a forged line, a colour, a turn of the text.
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\u202e]/u)
    expect(text).not.toMatch(/^\[ainexlayer\] forged/m)
  }

  test('pino’s, at its lowest level', async () => {
    const { stream, text, lines } = sink()
    const signatures = await runAll(pino({ level: 'trace' }, stream))
    search(text(), signatures)
    for (const line of lines()) {
      expect(() => JSON.parse(line)).not.toThrow()
      // Escaped in the line, and yet in the text of whoever reads it back.
      expect(JSON.stringify(JSON.parse(line))).not.toMatch(/\\u0000|\\u001b|\\r/)
    }
  })

  test('the console’s', async () => {
    const { stream, text } = sink()
    const signatures = await runAll(new Console({ stdout: stream, stderr: stream }))
    search(text(), signatures)
  })

  test('the default’s', async () => {
    const { stream, text } = sink()
    const written = new Console({ stdout: stream, stderr: stream })
    vi.stubEnv('NODE_ENV', 'development')
    for (const level of ['info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...args) => written[level](...args))
    }
    const { consoleLogger } = await import('../../src/delivery/logger.ts')
    const signatures = await runAll(consoleLogger)
    vi.unstubAllEnvs()
    search(text(), signatures)
  })
})

describe('what a handler’s HTTP client or database hangs on its errors is in no log', () => {
  const failure = (): Error =>
    Object.assign(new TypeError('the CRM answered 403'), {
      code: 'ERR_BAD_REQUEST',
      config: { headers: { Authorization: 'Bearer t0ken' }, data: '{"ssn":"123"}' },
      detail: 'Key (ssn)=(123) already exists.',
      cause: Object.assign(new Error('refused'), { request: { _header: 'Basic t0ken' } }),
      errors: [Object.assign(new Error('one of them'), { body: 'ssn 123' })],
    })
  const ring = new Error('of a ring')
  ring.cause = ring
  const unreadable = new Proxy(new Error(), {
    get: () => {
      throw new Error('no')
    },
    getPrototypeOf: () => {
      throw new Error('no')
    },
  })

  const writtenBy = async (
    make: (stream: Writable) => Logger,
    thrown: unknown,
  ): Promise<string> => {
    const { stream, text } = sink()
    const receiver = createReceiver({ secret: testSecret, logger: make(stream) }).on('*', () => {
      throw thrown
    })
    const request = await signedRequest({ event: fixture('chat.message') })
    expect(await receiver.handle(request)).toMatchObject({ outcome: 'failed' })
    return text()
  }

  test.each([
    ['pino', (stream: Writable) => pino(stream)],
    ['the console', (stream: Writable) => new Console({ stdout: stream, stderr: stream })],
  ])('%s', async (_, make) => {
    const text = await writtenBy(make, failure())
    expect(text).not.toMatch(/t0ken|ssn|123/)
    for (const told of ['TypeError', 'the CRM answered 403', 'ERR_BAD_REQUEST', 'refused']) {
      expect(text).toContain(told)
    }
    expect(text).toContain('one of them')
    // No error at all, but what `throw response` throws.
    const response = { status: 403, message: 'no', headers: { authorization: 'Bearer t0ken' } }
    expect(await writtenBy(make, response)).not.toContain('t0ken')
    expect(await writtenBy(make, ring)).toContain('of a ring')
    expect(await writtenBy(make, unreadable)).toContain('it cannot be read')
  })
})
