import { describe, expect, test } from 'vitest'
import {
  createReceiver,
  hmacBody,
  safeVerify,
  sign,
  timestamped,
  verifySignature,
} from '../../src/index.ts'
import { fixture, signedRequest } from '../../src/testing/index.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const timestamp = 1614265330
const now = () => timestamp * 1000

const check = async (
  body: string | Uint8Array,
  headers: Record<string, string | string[]> = {},
): Promise<string> => {
  const signed = await sign({ id, signedAt: timestamp, body, secret })
  const result = await verifySignature({ headers: { ...signed, ...headers }, body, secret, now })
  return result.code ?? 'ok'
}

const good = async (body = '{}'): Promise<string> =>
  (await sign({ id, signedAt: timestamp, body, secret }))['webhook-signature'] ?? ''

describe('headers come in every shape', () => {
  test('a web Headers object, whose own keys are none', async () => {
    const headers = new Headers(await sign({ id, signedAt: timestamp, body: '{}', secret }))
    expect(await verifySignature({ headers, body: '{}', secret, now })).toMatchObject({ ok: true })
  })

  test('array header values, as Node gives repeated headers', async () => {
    expect(await check('{}', { 'webhook-signature': [await good()] })).toBe('ok')
    expect(await check('{}', { 'webhook-signature': ['v1,bad', await good()] })).toBe('ok')
  })

  test('the id or the timestamp twice is refused, also when both say the same', async () => {
    expect(await check('{}', { 'webhook-id': [id, id] })).toBe('malformed_header')
    expect(await check('{}', { 'webhook-id': `${id}, ${id}` })).toBe('malformed_header')
    expect(await check('{}', { 'webhook-id': `${id},${id}` })).toBe('malformed_header')
    expect(await check('{}', { 'Webhook-Id': id })).toBe('malformed_header')
    const twice = String(timestamp)
    expect(await check('{}', { 'webhook-timestamp': [twice, twice] })).toBe('malformed_header')
  })
})

describe('bodies are bytes', () => {
  test.each([
    ['replacement patterns of String.replace', '{"price":"$& $$ $1 $`"}'],
    ['an ampersand', 'a=1&b=2'],
    ['an emoji', '{"text":"héllo 😀"}'],
    ['a number written 1.0', '{"price":1.0}'],
    ['an integer past 2^53', '{"big":9007199254740993}'],
    ['pretty JSON', '{\n  "a": 1\n}\n'],
    ['nothing', ''],
  ])('%s', async (_, body) => {
    expect(await check(body)).toBe('ok')
    expect(await check(new TextEncoder().encode(body))).toBe('ok')
  })

  test('a Uint8Array, a Buffer and a part of a larger buffer', async () => {
    const bytes = new TextEncoder().encode('{"a":1}')
    expect(await check(bytes)).toBe('ok')
    expect(await check(Buffer.from(bytes))).toBe('ok')
    expect(await check(Buffer.concat([Buffer.from('x'), bytes]).subarray(1))).toBe('ok')
  })

  test('invalid UTF-8 is verified as it stands, and then no event', async () => {
    const body = Uint8Array.from([0x7b, 0xff, 0x7d])
    expect(await sign({ id, signedAt: timestamp, body, secret })).toMatchObject({
      'webhook-signature': 'v1,y0JY85sbaIFeNPl3FRX6eaIAhlcEgIB/pa8jZ9Mm8Rw=',
    })
    expect(await check(body)).toBe('ok')
    const headers = await sign({ id, signedAt: timestamp, body, secret })
    expect(await safeVerify({ headers, body, secret, now })).toMatchObject({
      code: 'invalid_payload',
      reason: 'not_utf8',
    })
  })

  test('a byte order mark is part of what is signed, and no obstacle to the event', async () => {
    const event = fixture('workspace.created')
    const body = Uint8Array.from([0xef, 0xbb, 0xbf, ...Buffer.from(JSON.stringify(event))])
    const headers = await sign({ id: event.id, signedAt: timestamp, body, secret })
    expect(await safeVerify({ headers, body, secret, now })).toMatchObject({ ok: true })
    const without = body.subarray(3)
    expect(await safeVerify({ headers, body: without, secret, now })).toMatchObject({
      code: 'invalid_signature',
    })
  })
})

describe('the signature header', () => {
  test.each([
    ['multibyte characters', `v1,${'é'.repeat(44)}`],
    ['multibyte characters of the right length in bytes', `v1,${'é'.repeat(22)}`],
    ['v1', 'v1'],
    ['v1,', 'v1,'],
    ['v1,=', 'v1,='],
    ['the first 8 characters', 'v1,g0hM9SsE'],
    ['a space after the comma', 'v1, g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    ['hexadecimal', `v1,${'ab'.repeat(32)}`],
    ['garbage', '💣\0 \t ,,,'],
  ])('%s is refused', async (_, value) => {
    expect(await check('{"test": 2432232314}', { 'webhook-signature': value })).toBe(
      'invalid_signature',
    )
  })

  test('a good signature under another version is ignored', async () => {
    const v2 = (await good()).replace('v1,', 'v2,')
    expect(await check('{}', { 'webhook-signature': v2 })).toBe('invalid_signature')
    expect(await check('{}', { 'webhook-signature': `${v2} ${await good()}` })).toBe('ok')
  })

  test('any of several may match, repeated header lines included', async () => {
    const bad = `v1,${Buffer.alloc(32, 1).toString('base64')}`
    expect(await check('{}', { 'webhook-signature': `${bad} ${await good()}` })).toBe('ok')
    expect(await check('{}', { 'webhook-signature': `${bad}, ${await good()}` })).toBe('ok')
    expect(await check('{}', { 'webhook-signature': `${await good()} ${bad}` })).toBe('ok')
  })

  test('of 10,000 signatures only the first 16 are looked at', async () => {
    const bad = `v1,${Buffer.alloc(32, 1).toString('base64')}`
    const after = (count: number, last: string) =>
      [...Array<string>(count).fill(bad), last].join(' ')
    expect(await check('{}', { 'webhook-signature': after(15, await good()) })).toBe('ok')
    expect(await check('{}', { 'webhook-signature': after(16, await good()) })).toBe(
      'invalid_signature',
    )
    expect(await check('{}', { 'webhook-signature': after(10_000, await good()) })).toBe(
      'invalid_signature',
    )
  })

  test('another text of the same 32 bytes is refused: base64 has one spelling', async () => {
    const signature = await good()
    expect(signature.endsWith('=')).toBe(true)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    const last = alphabet.indexOf(signature.at(-2) ?? '')
    for (const stray of [1, 2, 3]) {
      const other = `${signature.slice(0, -2)}${alphabet[last + stray]}=`
      expect(await check('{}', { 'webhook-signature': other })).toBe('invalid_signature')
    }
    expect(await check('{}', { 'webhook-signature': signature.slice(0, -1) })).toBe(
      'invalid_signature',
    )
  })
})

describe('the timestamp header', () => {
  test.each([
    '123abc',
    '1e9',
    '-1',
    ' 12',
    '12.5',
    '0x10',
    '+12',
    '٣',
    '1614265330 ',
    '01614265330',
  ])('%j is malformed', async (value) => {
    expect(await check('{}', { 'webhook-timestamp': value })).toBe('malformed_header')
  })

  test('an empty one is missing', async () => {
    expect(await check('{}', { 'webhook-timestamp': '' })).toBe('missing_header')
  })

  test('milliseconds and one day ahead are in the future', async () => {
    const at = async (seconds: number) => {
      const headers = await sign({ id, signedAt: seconds, body: '{}', secret })
      return (await verifySignature({ headers, body: '{}', secret, now })).code
    }
    expect(await at(timestamp * 1000)).toBe('timestamp_too_new')
    expect(await at(timestamp + 86_400)).toBe('timestamp_too_new')
    expect(await at(timestamp - 86_400)).toBe('timestamp_too_old')
  })
})

describe('the id header', () => {
  test('with a dot it is refused: it would make two readings of one signed text', async () => {
    expect(await check('{}', { 'webhook-id': 'a.1' })).toBe('malformed_header')
    await expect(sign({ id: 'a.1', signedAt: 2, body: 'x', secret })).rejects.toMatchObject({
      code: 'input_invalid',
    })
  })

  test('of 10 kB it is refused', async () => {
    expect(await check('{}', { 'webhook-id': 'x'.repeat(10_000) })).toBe('malformed_header')
  })
})

describe('secrets', () => {
  test.each([
    ['an empty variable', ''],
    ['a missing variable', undefined],
    ['only whitespace', '  \n'],
    ['empty quotes', '""'],
    ['a prefix alone', 'whsec_'],
    ['a missing variable that became text', 'undefined'],
  ])('%s is a configuration error and never an invalid signature', async (_, wrong) => {
    const missing = { name: 'WebhookConfigurationError', code: 'secret_missing' }
    expect(() => createReceiver({ secret: wrong })).toThrow(expect.objectContaining(missing))
    const headers = await sign({ id, signedAt: timestamp, body: '{}', secret })
    const verifying = safeVerify({ headers, body: '{}', secret: wrong, now })
    await expect(verifying).rejects.toMatchObject(missing)
  })

  test.each([
    ['whsec_AA-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==', 'secret_malformed', 'url alphabet'],
    ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'secret_malformed', 'v1,'],
    ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB', 'secret_malformed', 'cut or changed'],
    ['whsec_not base64!', 'secret_malformed', 'base64'],
    ['whsec_AA==', 'secret_too_short', '1 bytes'],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'secret_encoding_unknown', 'encoding'],
    ['sk_live_4eC39HqLyjWDarjtT1zdp7dc', 'secret_malformed', 'API key'],
    ['whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'secret_malformed', 'ed25519'],
  ])('%s is refused as %s, and the error does not show it', (wrong, code, words) => {
    const error = (() => {
      try {
        return createReceiver({ secret: wrong })
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
    expect(String(error)).not.toContain(wrong.slice(6))
  })

  test('a secret whose encoding is not known is refused with the two lines that mend it', () => {
    const wrong = () => createReceiver({ secret: 'a-plain-text-of-some-length-1234' })
    for (const line of ["{ value, encoding: 'utf8' }", "{ value, encoding: 'base64' }", 'whsec_']) {
      expect(wrong).toThrow(line)
    }
  })

  test('a secret with `_` and `-` is taken whole when it is said to be text', async () => {
    const text = { value: 'part_one-part_two_BB-and-a-good-deal-more', encoding: 'utf8' } as const
    const headers = await sign({ id, signedAt: timestamp, body: '{}', secret: text })
    expect(await verifySignature({ headers, body: '{}', secret: text, now })).toMatchObject({
      ok: true,
    })
    const part = { value: 'BB-and-a-good-deal-more', encoding: 'utf8' } as const
    expect(await verifySignature({ headers, body: '{}', secret: part, now })).toMatchObject({
      code: 'invalid_signature',
    })
  })

  test.each([
    ['without its prefix', { value: secret.slice(6), encoding: 'base64' as const }],
    [
      'as hexadecimal',
      { value: '31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0', encoding: 'hex' as const },
    ],
    ['as bytes', Buffer.from(secret.slice(6), 'base64')],
    ['with whitespace around it', `  ${secret}\n`],
    ['in quotes', `"${secret}"`],
  ])('the same secret %s verifies', async (_, spelled) => {
    const headers = await sign({ id, signedAt: timestamp, body: '{}', secret })
    expect(await verifySignature({ headers, body: '{}', secret: spelled, now })).toMatchObject({
      ok: true,
    })
  })

  test('an unpadded one is accepted', async () => {
    const unpadded = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr'
    const headers = await sign({
      id,
      signedAt: timestamp,
      body: '{}',
      secret: `${unpadded.slice(0, -1)}g==`,
    })
    const result = await verifySignature({
      headers,
      body: '{}',
      secret: `${unpadded.slice(0, -1)}g`,
      now,
    })
    expect(result).toMatchObject({ ok: true })
  })
})

describe('other profiles', () => {
  test('hmacBody takes hexadecimal of either case, and its id from the signed body', async () => {
    const profile = hmacBody()
    const key = { value: 'a shared secret of some length', encoding: 'utf8' } as const
    const event = fixture('chat.message')
    const { headers, body } = await signedRequest({ event, secret: key, profile })
    const [name = ''] = Object.keys(headers).filter((header) => header.startsWith('x-'))
    expect(name).toBe('x-ainexlayer-signature')
    const upper = { [name]: `sha256=${headers[name]?.slice(7).toUpperCase()}` }
    for (const given of [headers, upper]) {
      expect(await safeVerify({ headers: given, body, secret: key, profile })).toMatchObject({
        ok: true,
        event: { id: event.id },
      })
    }
    for (const wrong of ['', 'sha256=', `sha1=${'ab'.repeat(32)}`, `sha256=${'ab'.repeat(31)}`]) {
      const result = await safeVerify({ headers: { [name]: wrong }, body, secret: key, profile })
      expect(result.code).toBe(wrong === '' ? 'missing_header' : 'invalid_signature')
    }
  })

  test('hmacBody makes the id out of the body where the body has none', async () => {
    const profile = hmacBody({ header: 'x-hub-signature-256', encoding: 'base64', prefix: '' })
    const body = '{"type":"billing.paid","data":1}'
    const { headers } = await signedRequest({ body, profile, secret })
    const first = await safeVerify({ headers, body, secret, profile })
    expect(first).toMatchObject({
      ok: true,
      event: { id: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })

  test('timestamped reads t and v1 in one header, with a space after the comma too', async () => {
    const profile = timestamped({ header: 'x-signature' })
    const event = fixture('chat.message')
    const { headers, body } = await signedRequest({ event, signedAt: timestamp, secret, profile })
    const value = headers['x-signature'] ?? ''
    const outcome = async (header: string) =>
      (await safeVerify({ headers: { 'x-signature': header }, body, secret, profile, now })).code ??
      'ok'
    expect(value).toMatch(/^t=1614265330,v1=[0-9a-f]{64}$/)
    expect(await outcome(value)).toBe('ok')
    expect(await outcome(value.replace(',', ', '))).toBe('ok')
    expect(await outcome(`${value},v1=${'ab'.repeat(32)}`)).toBe('ok')
    expect(await outcome(value.replace('t=', 't=1,t='))).toBe('malformed_header')
    expect(await outcome(value.replace('1614265330', 'abc'))).toBe('malformed_header')
    expect(await outcome(value.replace('1614265330', '1614265331'))).toBe('invalid_signature')
    expect(await outcome('t=1614265330')).toBe('invalid_signature')
    expect(await outcome('t=1614265330,v1=é')).toBe('invalid_signature')
  })

  test('the envelope may name its fields otherwise', async () => {
    const profile = hmacBody({
      envelope: { type: 'event', timestamp: 'createdAt', data: 'payload', id: 'eventId' },
    })
    const event = fixture('workspace.created')
    const body = JSON.stringify({
      eventId: event.id,
      event: event.type,
      createdAt: event.timestamp,
      payload: event.data,
    })
    const { headers } = await signedRequest({ body, profile, secret })
    expect(await safeVerify({ headers, body, secret, profile })).toEqual({
      ok: true,
      event: { ...event, secretId: 'secret-1' },
    })
  })

  test('a profile of one’s own stands on the same verifier', async () => {
    const own = { ...hmacBody({ header: 'x-own', prefix: '' }), name: 'own' }
    const profile = {
      ...own,
      extract: (header: (name: string) => string | undefined) => {
        const parts = own.extract(header)
        return parts.ok
          ? { ...parts, id: header('x-own-id'), prefix: `${header('x-own-id')}|` }
          : parts
      },
      headers: async ({ id: signedId, hmac }: Parameters<typeof own.headers>[0]) => ({
        'x-own-id': signedId,
        'x-own': Buffer.from(await hmac(`${signedId}|`)).toString('hex'),
      }),
    }
    const event = fixture('workspace.created')
    const { headers, body } = await signedRequest({ event, profile, secret })
    expect(await safeVerify({ headers, body, secret, profile })).toMatchObject({ ok: true })
    const moved = { ...headers, 'x-own-id': 'other' }
    expect(await safeVerify({ headers: moved, body, secret, profile })).toMatchObject({
      code: 'invalid_signature',
    })
  })

  test('svix header names verify as an option and only then', async () => {
    const { standardWebhooks } = await import('../../src/index.ts')
    const profile = standardWebhooks({ headerPrefix: 'svix' })
    const { headers, body } = await signedRequest({
      event: fixture('chat.message'),
      secret,
      profile,
    })
    expect(Object.keys(headers)).toContain('svix-signature')
    expect(await safeVerify({ headers, body, secret, profile })).toMatchObject({ ok: true })
    expect(await safeVerify({ headers, body, secret })).toMatchObject({ code: 'missing_header' })
  })
})
