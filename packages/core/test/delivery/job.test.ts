import { expect, test } from 'vitest'
import { keptHeaders } from '../../src/delivery/kept-headers.ts'
import { encodeUtf8 } from '../../src/encoding/utf8.ts'
import { createReceiver, type GenuineDelivery, hmacBody } from '../../src/index.ts'
import { fromJob, toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const delivery = (parts: Partial<GenuineDelivery> = {}): GenuineDelivery => ({
  event: { ...fixture('chat.message'), secretId: 'default' },
  rawBody: encodeUtf8('{"a":1}'),
  signedAt: 1_700_000_000,
  receivedAtMs: 1_700_000_000_123,
  endpoint: 'default',
  headers: { 'webhook-id': 'x' },
  ...parts,
})

const overTheWire = (parts: Partial<GenuineDelivery>) =>
  fromJob(JSON.parse(JSON.stringify(toJob(delivery(parts)))))

test('a job survives JSON with its bytes, times and headers', () => {
  const { event, ...rest } = delivery()
  expect(overTheWire({ event })).toEqual({ ...rest, id: event.id, secretId: 'default' })
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
  ['a signing time that is a text', { ...job, signedAt: '2024' }],
])('a job that is malformed is a clear error: %s', (_, data) => {
  expect(() => fromJob(data)).toThrow(/The job was not made by `toJob`/)
  expect(() => fromJob(data)).toThrow(expect.objectContaining({ code: 'input_invalid' }))
})

test('no signature and no credential is kept', () => {
  const headers = {
    'Webhook-Signature': 'v1,abc',
    'X-Hub': 'sha256=abc',
    Authorization: 'Bearer abc',
    Cookie: 'a=b',
    'X-Many': ['a', 'b'],
    Absent: undefined,
  }
  const kept = keptHeaders(headers, hmacBody({ header: 'X-Hub' }))
  expect(kept).toEqual({ 'x-many': 'a, b' })
})

test('a queue and a parking place get the headers without the signature', async () => {
  const got: GenuineDelivery[] = []
  const receiver = createReceiver({
    secret: testSecret,
    dispatch: async (delivery) => got.push(delivery),
  })
  const event = fixture('chat.message')
  await receiver.handle(await signedRequest({ event, headers: { 'x-trace': 'abc' } }))
  const [handed] = got
  expect(handed?.headers).toMatchObject({ 'webhook-id': event.id, 'x-trace': 'abc' })
  expect(handed?.headers).not.toHaveProperty('webhook-signature')
  expect(JSON.stringify(handed)).not.toContain('v1,')
})
