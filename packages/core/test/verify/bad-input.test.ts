import { beforeEach, expect, test, vi } from 'vitest'
import { createReceiver, type IncomingRequest, type Receiver } from '../../src/index.ts'
import { signedRequest, testSecret } from '../../src/testing/index.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const handled = vi.fn()
let receiver: Receiver

beforeEach(() => {
  handled.mockClear()
  receiver = createReceiver({ secret: testSecret, logger }).on('*', handled)
})

const signedBody = (body: string | Uint8Array) => signedRequest({ body, id: 'msg_bad' })

const answerTo = async (request: IncomingRequest) => {
  const { status, body } = await receiver.handle(request)
  expect(handled).not.toHaveBeenCalled()
  return { status, body }
}

const error = (code: string) => JSON.stringify({ error: code })

test('no headers at all', async () => {
  const answer = await answerTo({ method: 'POST', headers: {}, body: '{}' })
  expect(answer).toEqual({ status: 400, body: error('missing_header') })
})

test('an id that came on two header lines', async () => {
  const { headers, body } = await signedBody('{}')
  const twice = { ...headers, 'webhook-id': ['msg_bad', 'msg_bad'] }
  const answer = await answerTo({ method: 'POST', headers: twice, body })
  expect(answer).toEqual({ status: 400, body: error('malformed_header') })
})

test('an empty body', async () => {
  expect(await answerTo(await signedBody(''))).toEqual({
    status: 422,
    body: error('invalid_payload'),
  })
  expect(await answerTo({ ...(await signedBody('')), body: null })).toEqual({
    status: 422,
    body: error('invalid_payload'),
  })
})

test.each([
  ['not JSON', 'hello'],
  ['cut-off JSON', '{"type":"chat.message"'],
  ['a JSON text', '"chat.message"'],
  ['a JSON list', '[{"type":"chat.message"}]'],
  ['null', 'null'],
  ['no type', '{"data":{}}'],
  ['an empty type', '{"type":"","data":{}}'],
  ['a type that is no text', '{"type":["chat.message"],"data":{}}'],
  ['a timestamp that is no time', '{"type":"chat.message","timestamp":"soon","data":{}}'],
  ['a known type without data', '{"type":"chat.message"}'],
  ['ten thousand nested lists', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
])('a genuine body that is unusable: %s', async (_, body) => {
  expect(await answerTo(await signedBody(body))).toEqual({
    status: 422,
    body: error('invalid_payload'),
  })
})

test('invalid UTF-8', async () => {
  const bytes = Uint8Array.from([0x7b, 0xff, 0x7d])
  expect(await answerTo(await signedBody(bytes))).toEqual({
    status: 422,
    body: error('invalid_payload'),
  })
})

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '*', 'chat.*', 'error'])(
  'a type of %s finds no handler and is only unknown',
  async (type) => {
    const body = JSON.stringify({ type, timestamp: '2024-01-15T10:30:00Z', data: {} })
    const answer = await answerTo(await signedBody(body))
    expect(answer).toEqual({ status: 200, body: '{"outcome":"unhandled"}' })
  },
)

test('keys that poison prototypes are dropped before anybody sees them', async () => {
  const seen: unknown[] = []
  const own = createReceiver({ secret: testSecret, logger })
  own.on('workspace.created', (event) => seen.push(event.data))
  const body = [
    '{"type":"workspace.created","timestamp":"2024-01-15T10:30:00Z","data":{"id":"workspace-1",',
    '"__proto__":{"admin":true},"\\u005f\\u005fproto__":{"admin":true},',
    '"constructor":{"prototype":{"admin":true}},"extra":{"__proto__":{"admin":true}}}}',
  ].join('')
  expect(await own.handle(await signedBody(body))).toMatchObject({ outcome: 'processed' })
  expect(seen).toEqual([{ id: 'workspace-1', extra: {} }])
  const merged = Object.assign({}, ...seen) as { admin?: boolean }
  expect(merged.admin).toBeUndefined()
})

test.each([
  '"__proto__":{"admin":true}',
  '"\\u005f_proto\\u005F_":{"admin":true}',
  '"constructor":{"prototype":{"admin":true}}',
  '"c\\u006fnstruct\\u006Fr":{"prototype":{"admin":true}}',
])('a poisoned key alone is found, however its letters are written: %s', async (poison) => {
  const seen: unknown[] = []
  const own = createReceiver({ secret: testSecret, logger })
  own.on('workspace.created', (event) => seen.push(event.data))
  const body = `{"type":"workspace.created","data":{"id":"workspace-1",${poison}}}`
  expect(await own.handle(await signedBody(body))).toMatchObject({ outcome: 'processed' })
  expect(seen).toEqual([{ id: 'workspace-1' }])
  expect(Object.keys(seen[0] ?? {})).toEqual(['id'])
})

test('10 MiB of body', async () => {
  const big = 'x'.repeat(10 * 1024 * 1024)
  const { headers, body } = await signedBody(big)
  const answer = { status: 413, body: error('body_too_large') }
  expect(await answerTo({ method: 'POST', headers, body })).toEqual(answer)
  const declared = { ...headers, 'content-length': String(big.length) }
  const never = async () => {
    throw new Error('the body must not be read')
  }
  expect(await answerTo({ method: 'POST', headers: declared, body: never })).toEqual(answer)
})

test('a stream that is larger than it may be is cancelled, and not collected', async () => {
  let sent = 0
  const cancelled = vi.fn()
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 64 * 1024
      controller.enqueue(new Uint8Array(64 * 1024))
    },
    cancel: cancelled,
  })
  const { headers } = await signedBody('{}')
  const answer = await answerTo({ method: 'POST', headers, body: endless })
  expect(answer).toEqual({ status: 413, body: error('body_too_large') })
  expect(sent).toBeLessThan(2 * 1024 * 1024)
  expect(cancelled).toHaveBeenCalledOnce()
})

test('a stream that stalls is given up at the read deadline', async () => {
  const own = createReceiver({ secret: testSecret, logger, readTimeoutMs: 20 })
  const { headers } = await signedBody('{}')
  const stalled = new ReadableStream<Uint8Array>({})
  expect(await own.handle({ method: 'POST', headers, body: stalled })).toMatchObject({
    status: 408,
    code: 'body_read_timeout',
  })
})

test('a stream that breaks', async () => {
  const { headers } = await signedBody('{}')
  const broken = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(new Error('reset')),
  })
  const answer = await answerTo({ method: 'POST', headers, body: broken })
  expect(answer).toEqual({ status: 400, body: error('body_incomplete') })
})

test('an object for a body is our mistake and not the sender’s', async () => {
  const { headers } = await signedBody('{}')
  const parsed = { type: 'chat.message' } as unknown as string
  const answer = await answerTo({ method: 'POST', headers, body: parsed })
  expect(answer).toEqual({ status: 500, body: error('body_already_parsed') })
})

test('headers that throw when they are read', async () => {
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no')
      },
    },
  )
  expect(await answerTo({ method: 'POST', headers: hostile, body: '{}' })).toEqual({
    status: 500,
    body: error('misconfigured'),
  })
  expect(await receiver.safeVerify({ headers: hostile, body: '{}' })).toMatchObject({ ok: false })
})
