import { expect, test } from 'vitest'
import {
  safeVerify,
  type VerifyOptions,
  verify,
  WebhookVerificationError,
} from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const secret = testSecret
const event = fixture('chat.message')
const text = JSON.stringify(event)

const signed = async (overrides: Record<string, string> = {}) => {
  const { headers } = await signedRequest({ event })
  return { ...headers, ...overrides }
}

test('answers with the typed event, its signed id and the secret that matched', async () => {
  const result = await safeVerify({ headers: await signed(), body: text, secret })
  expect(result).toEqual({ ok: true, event: { ...event, secretId: 'secret-1' } })
})

test('takes a request with more on it: a name of its own is not taken for a misspelt option', async () => {
  const more = { rawBody: text, rawHeaders: [], bodyParser: true, knows: 1, id: 'a', url: '/' }
  const result = await safeVerify({ ...more, headers: await signed(), body: text, secret })
  expect(result).toMatchObject({ ok: true })
})

test('takes the headers in any usual shape', async () => {
  const headers = await signed()
  const upper = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  )
  const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
  const shapes: VerifyOptions['headers'][] = [
    headers,
    upper,
    lists,
    new Headers(headers),
    Object.entries(headers),
    new Map(Object.entries(headers)),
    { ...headers, host: undefined },
  ]
  for (const shape of shapes) {
    expect(await safeVerify({ headers: shape, body: text, secret })).toMatchObject({ ok: true })
  }
})

test('takes the body as text, as bytes, as a Buffer, as a view and as an ArrayBuffer', async () => {
  const headers = await signed()
  const bytes = new TextEncoder().encode(text)
  const padded = new Uint8Array(bytes.length + 2)
  padded.set(bytes, 1)
  const bodies = [text, bytes, Buffer.from(text), padded.subarray(1, -1), bytes.buffer]
  for (const body of bodies) {
    expect(await safeVerify({ headers, body, secret })).toMatchObject({ ok: true })
  }
})

test('verifies the bytes and not the JSON: another layout of the same event is refused', async () => {
  const headers = await signed()
  const pretty = JSON.stringify(event, null, 2)
  expect(await safeVerify({ headers, body: pretty, secret })).toMatchObject({
    ok: false,
    code: 'invalid_signature',
  })
})

test.each([['webhook-id'], ['webhook-timestamp'], ['webhook-signature']])(
  'names the missing header %s',
  async (name) => {
    const { [name]: _, ...headers } = await signed()
    expect(await safeVerify({ headers, body: text, secret })).toMatchObject({
      ok: false,
      code: 'missing_header',
      header: name,
    })
    expect(
      await safeVerify({ headers: { ...headers, [name]: '' }, body: text, secret }),
    ).toMatchObject({ ok: false, code: 'missing_header', header: name })
  },
)

test('accepts 300 seconds of skew both ways and not one more', async () => {
  const timestamp = 1_700_000_000
  const { headers, body } = await signedRequest({ event, signedAt: timestamp })
  const at = (seconds: number) =>
    safeVerify({ headers, body, secret, now: () => (timestamp + seconds) * 1000 })
  expect(await at(300)).toMatchObject({ ok: true })
  expect(await at(-300)).toMatchObject({ ok: true })
  expect(await at(301)).toMatchObject({ ok: false, code: 'timestamp_too_old', skewSeconds: -301 })
  expect(await at(-301)).toMatchObject({ ok: false, code: 'timestamp_too_new', skewSeconds: 301 })
})

test('honours a tolerance of its own, 0 included', async () => {
  const timestamp = 1_700_000_000
  const { headers, body } = await signedRequest({ event, signedAt: timestamp })
  const at = (seconds: number, toleranceSeconds: number) =>
    safeVerify({ headers, body, secret, toleranceSeconds, now: () => (timestamp + seconds) * 1000 })
  expect(await at(0, 0)).toMatchObject({ ok: true })
  expect(await at(1, 0)).toMatchObject({ ok: false, code: 'timestamp_too_old' })
  expect(await at(900, 900)).toMatchObject({ ok: true })
})

test('says of a schema mismatch which field is at fault, without its value', async () => {
  const wrong = { ...event, data: { ...event.data, workspaceId: 42 } }
  const { headers, body } = await signedRequest({ event: wrong })
  const result = await safeVerify({ headers, body, secret })
  expect(result).toMatchObject({ ok: false, code: 'invalid_payload' })
  expect(!result.ok && result.issues).toEqual([
    { path: 'data.workspaceId', message: expect.any(String) },
  ])
  expect(JSON.stringify(result)).not.toContain('42')
})

test('lets a genuine event of a type that it does not know through, unchecked', async () => {
  const { headers, body } = await signedRequest({
    event: { id: 'msg_1', type: 'billing.paid', timestamp: '2024-01-15T10:30:00Z', data: [1] },
  })
  expect(await safeVerify({ headers, body, secret })).toMatchObject({
    ok: true,
    event: { id: 'msg_1', type: 'billing.paid', data: [1], unknown: true },
  })
})

test('verify throws what safeVerify answers, with the same code', async () => {
  const headers = await signed()
  await expect(verify({ headers, body: text, secret })).resolves.toMatchObject({ id: event.id })
  const refused = verify({ headers, body: `${text} `, secret })
  await expect(refused).rejects.toBeInstanceOf(WebhookVerificationError)
  await expect(refused).rejects.toMatchObject({
    name: 'WebhookVerificationError',
    code: 'invalid_signature',
  })
})

test('a parsed body is named as such, and a forgotten await too', async () => {
  const headers = await signed()
  const parsed = JSON.parse(text)
  expect(await safeVerify({ headers, body: parsed, secret })).toMatchObject({
    ok: false,
    code: 'body_already_parsed',
  })
  const forgotten = Promise.resolve(new Headers(headers)) as unknown as Headers
  const result = await safeVerify({ headers: forgotten, body: text, secret })
  expect(result).toMatchObject({ ok: false, code: 'misconfigured' })
  expect(!result.ok && result.note).toContain('await headers()')
})

test('no error and no result holds the secret, the signature or the body', async () => {
  const headers = await signed()
  const wrongSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const result = await safeVerify({ headers, body: text, secret: wrongSecret })
  const error = await verify({ headers, body: text, secret: wrongSecret }).catch((e: unknown) => e)
  const said = JSON.stringify(result) + String(error) + JSON.stringify(error)
  for (const private_ of [
    wrongSecret,
    headers['webhook-signature'] ?? '',
    event.data.content ?? '',
  ]) {
    expect(private_).not.toBe('')
    expect(said).not.toContain(private_)
  }
})
