import { expect, test } from 'vitest'
import { keptHeaderNames, keptHeaders } from '../../src/delivery/kept-headers.ts'
import { encodeUtf8 } from '../../src/encoding/utf8.ts'
import {
  createReceiver,
  type GenuineDelivery,
  hmacBody,
  standardWebhooks,
  timestamped,
} from '../../src/index.ts'
import { fromJob, isSameBody, toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const delivery = (parts: Partial<GenuineDelivery> = {}): GenuineDelivery => ({
  event: { ...fixture('chat.message'), secretId: 'default' },
  rawBody: encodeUtf8('{"a":1}'),
  signedAt: 1_700_000_000,
  receivedAtMs: 1_700_000_000_123,
  endpoint: 'default',
  scope: undefined,
  headers: { 'webhook-id': 'x' },
  ...parts,
})

const overTheWire = (parts: Partial<GenuineDelivery>) =>
  fromJob(JSON.parse(JSON.stringify(toJob(delivery(parts)))))

test('a job survives JSON with its bytes, times and headers', () => {
  const { event, ...rest } = delivery()
  expect(overTheWire({ event })).toEqual({
    ...rest,
    id: event.id,
    secretId: 'default',
    again: false,
  })
  expect(overTheWire({ scope: 'acme' }).scope).toBe('acme')
  expect(overTheWire({ signedAt: undefined }).signedAt).toBeUndefined()
})

test.each([
  ['text with an emoji', encodeUtf8('{"text":"🚀 é"}')],
  ['a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
  ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ['a NUL byte', new Uint8Array([0x7b, 0, 0x7d])],
  ['nothing', new Uint8Array()],
])('the body is kept byte for byte: %s', (_, rawBody) => {
  expect(overTheWire({ rawBody }).rawBody).toEqual(rawBody)
})

test('the trace context of the request is at hand', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  expect(toJob(delivery({ headers: { traceparent } })).traceparent).toBe(traceparent)
  expect('traceparent' in toJob(delivery())).toBe(false)
})

test('characters that a JSON column refuses are replaced where they are only read', () => {
  const event = { ...delivery().event, id: 'a\0b\ud800c🚀', type: '\udc00' }
  expect(toJob(delivery({ event }))).toMatchObject({ id: 'a\ufffdb\ufffdc🚀', type: '\ufffd' })
})

const job = toJob(delivery())
test.each([
  ['null', null],
  ['a text', 'job'],
  ['a list', [job]],
  ['a later version', { ...job, v: 2 }],
  ['no id', { ...job, id: undefined }],
  ['no body', { ...job, body: undefined }],
  ['a body that is not base64', { ...job, body: { base64: '*' } }],
  ['headers that are lists', { ...job, headers: { a: ['b'] } }],
  ['a time that is a text', { ...job, receivedAt: '2024' }],
  ['a scope that is no text', { ...job, scope: 1 }],
  ['a signing time that is a text', { ...job, signedAt: '2024' }],
])('a job that is malformed is a clear error: %s', (_, data) => {
  expect(() => fromJob(data)).toThrow(/The job was not made by `toJob`/)
  expect(() => fromJob(data)).toThrow(expect.objectContaining({ code: 'input_invalid' }))
})

test('a long id and type are cut where they are only read, and headers hold what a JSON column takes', () => {
  const event = { ...delivery().event, id: 'x'.repeat(300), type: '🚀'.repeat(300) }
  const job = toJob(delivery({ event, headers: { 'x-a': 'nul\0 half \ud800' } }))
  expect(job.id).toBe(`${'x'.repeat(255)}…`)
  expect(job.type).toHaveLength(256)
  expect(JSON.stringify(job)).not.toMatch(/\\ud83d|\\u0000/)
  expect(job.headers).toEqual({ 'x-a': 'nul\ufffd half \ufffd' })
})

test('a body of escapes is kept in the shorter form', () => {
  const escapes = encodeUtf8(JSON.stringify({ content: '"\n'.repeat(1000) }))
  const size = JSON.stringify(toJob(delivery({ rawBody: escapes })).body).length
  expect(size).toBeLessThan(escapes.length * 1.35)
  expect(overTheWire({ rawBody: escapes }).rawBody).toEqual(escapes)
  const plain = encodeUtf8(JSON.stringify({ content: 'naïve '.repeat(1000) }))
  expect(toJob(delivery({ rawBody: plain })).body).toHaveProperty('text')
})

test('the bytes of a kept job are compared, whatever form they are kept in', () => {
  const rawBody = encodeUtf8('{"a":"é"}')
  const base64 = { ...job, body: { base64: Buffer.from(rawBody).toString('base64') } }
  expect(isSameBody(toJob(delivery({ rawBody })), { rawBody })).toBe(true)
  expect(isSameBody(base64, { rawBody })).toBe(true)
  expect(isSameBody(job, { rawBody })).toBe(false)
  expect(() => isSameBody({ hello: 'world' }, { rawBody })).toThrow(/not made by `toJob`/)
})

test('of the headers only those are kept that are named', () => {
  const headers = {
    'Webhook-Id': 'msg_1',
    'Webhook-Timestamp': '1700000000',
    'Webhook-Signature': 'v1,abc',
    'Content-Type': 'application/json',
    'User-Agent': 'AINexLayer',
    Traceparent: '00-a-b-01',
    Tracestate: 'a=b',
    'X-Hub': 'sha256=abc',
    Authorization: 'Bearer abc',
    Cookie: 'a=b',
    'X-Api-Key': 'abc',
    'X-Amz-Security-Token': 'abc',
    'Cf-Access-Jwt-Assertion': 'abc',
    'X-Many': ['a', 'b'],
    Absent: undefined,
  }
  const always = ['content-type', 'traceparent', 'tracestate', 'user-agent']
  const namesOf = (...args: Parameters<typeof keptHeaderNames>) =>
    Object.keys(keptHeaders(headers, keptHeaderNames(...args))).sort()
  expect(namesOf(hmacBody({ header: 'X-Hub' }))).toEqual(always)
  expect(namesOf(timestamped())).toEqual(always)
  expect(namesOf(standardWebhooks())).toEqual([...always, 'webhook-id', 'webhook-timestamp'])
  const kept = keptHeaders(headers, keptHeaderNames(hmacBody(), ['X-Many', 'absent']))
  expect(kept).toMatchObject({ 'x-many': 'a, b', 'user-agent': 'AINexLayer' })
  expect(kept).not.toHaveProperty('absent')
})

test('a queue and a parking place get the headers that are kept, and those that the user names', async () => {
  const got: GenuineDelivery[] = []
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    dispatch: async (delivery) => got.push(delivery),
    keepHeaders: ['X-Trace'],
  })
  const event = fixture('chat.message')
  const headers = { 'x-trace': 'abc', 'x-api-key': 'secret' }
  await receiver.handle(await signedRequest({ event, headers }))
  const [handed] = got
  expect(handed?.headers).toMatchObject({ 'webhook-id': event.id, 'x-trace': 'abc' })
  expect(handed?.headers).not.toHaveProperty('webhook-signature')
  expect(handed?.headers).not.toHaveProperty('x-api-key')
  expect(JSON.stringify(handed)).not.toContain('v1,')
})

test('a list of headers to keep that is none is refused', () => {
  // @ts-expect-error: JavaScript lets it through
  expect(() => createReceiver({ secret: testSecret, keepHeaders: 'x-trace' })).toThrow(
    expect.objectContaining({ code: 'option_invalid' }),
  )
})
