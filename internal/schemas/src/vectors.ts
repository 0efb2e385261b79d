import { hmacBody, type Profile, sign, standardWebhooks, timestamped } from '@ainexlayer/webhooks'
import { fixtures } from '@ainexlayer/webhooks/testing'
import { aboutVectors } from './about-vectors.ts'
import type { Document } from './event-schemas.ts'

/** What a correct verifier says of a vector. */
type Expected =
  | 'valid'
  | 'missing_header'
  | 'malformed_header'
  | 'invalid_signature'
  | 'timestamp_too_old'
  | 'timestamp_too_new'

/** One request, and what a correct verifier says of it. */
export interface Vector {
  readonly name: string
  /** The name of a profile in `profiles`. */
  readonly profile: string
  /** As configured. */
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  /** The bytes of the body, in base64: they need not be text. */
  readonly bodyBase64: string
  /** When it is verified, unix seconds; 300 s of tolerance. */
  readonly now: number
  readonly expected: Expected
}

interface VectorProfile {
  readonly profile: Profile
  /** The profile in words, for who implements it elsewhere. */
  readonly about: string
  readonly secret: string
  /** The header with the signature. */
  readonly header: string
  readonly hasTimestamp: boolean
}

const at = 1_768_473_000
const shared = 'an-example-secret-of-32-characters'
const whsec = 'whsec_dGVzdC12ZWN0b3JzLW9ubHktbm90LWEtc2VjcmV0IQ=='

/** The profiles that vectors are made for. */
export const vectorProfiles: Readonly<Record<string, VectorProfile>> = {
  'standard-webhooks': {
    profile: standardWebhooks(),
    about:
      'Signs `<webhook-id>.<webhook-timestamp>.<body>`. webhook-signature is a list of `v1,<base64>`, separated by spaces. The key is the base64 behind `whsec_`.',
    secret: whsec,
    header: 'webhook-signature',
    hasTimestamp: true,
  },
  svix: {
    profile: standardWebhooks({ headerPrefix: 'svix' }),
    about: 'As standard-webhooks, with svix-id, svix-timestamp and svix-signature.',
    secret: whsec,
    header: 'svix-signature',
    hasTimestamp: true,
  },
  'body-hex': {
    profile: hmacBody({ header: 'x-hub-signature-256', envelope: { data: 'rest' } }),
    about:
      'Signs the body alone. x-hub-signature-256 is `sha256=<hex>`. The key is the UTF-8 of the secret.',
    secret: shared,
    header: 'x-hub-signature-256',
    hasTimestamp: false,
  },
  'body-base64': {
    profile: hmacBody({
      header: 'x-hmac-sha256',
      prefix: '',
      encoding: 'base64',
      envelope: { data: 'rest' },
    }),
    about: 'Signs the body alone. x-hmac-sha256 is the base64. The key is the UTF-8 of the secret.',
    secret: shared,
    header: 'x-hmac-sha256',
    hasTimestamp: false,
  },
  timestamped: {
    profile: timestamped({ header: 'x-signature' }),
    about:
      'Signs `<timestamp>.<body>`. x-signature is `t=<unix seconds>,v1=<hex>`. The key is the UTF-8 of the secret.',
    secret: shared,
    header: 'x-signature',
    hasTimestamp: true,
  },
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Bodies of every kind that bytes may have: a verifier that parses and writes them again fails on most. */
const bodies: Readonly<Record<string, Uint8Array>> = {
  'an event': bytes(JSON.stringify(fixtures['chat.message'])),
  'an event with spaces and line breaks': bytes(
    `${JSON.stringify(fixtures['document.processed'], undefined, 2)}\n`,
  ),
  'emoji, umlauts and escapes': bytes('{"type":"a","data":{"text":"Grüße 👋 \\u00fc \\/"}}'),
  'numbers that no double holds': bytes('{"type":"a","data":{"n":12345678901234567890,"x":1.0}}'),
  'a key twice': bytes('{"type":"a","type":"b"}'),
  'a byte order mark': bytes('\uFEFF{"type":"a"}'),
  'an empty body': new Uint8Array(),
  'bytes that are no UTF-8': Uint8Array.of(0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a),
}

type Headers = Readonly<Record<string, string>>
type Change = (
  headers: Headers,
  body: Uint8Array,
) => Promise<Partial<{ headers: Headers; body: Uint8Array; now: number }>>

const flipped = (text: string): string => {
  // The last but one digit: in base64 the last one may hold bits of no byte.
  const index = text.length - 4
  const digit = text[index] === 'a' ? 'b' : 'a'
  return text.slice(0, index) + digit + text.slice(index + 1)
}

/** What is done to a genuine request, and what is said of it then. */
const changesOf = (
  name: string,
  of: VectorProfile,
): readonly (readonly [string, Expected, Change])[] => {
  const { header, profile, secret, hasTimestamp } = of
  const signedWith = (other: string, body: Uint8Array, id = 'msg_vector') =>
    sign({ id, signedAt: at, body, secret: other, profile })
  const somebodyElses = secret.startsWith('whsec_')
    ? 'whsec_c29tZWJvZHktZWxzZS1zb21lYm9keS1lbHNlLTEyMw=='
    : `${secret}-`
  const changes: (readonly [string, Expected, Change])[] = [
    [
      'a body with one more byte',
      'invalid_signature',
      async (_, body) => ({ body: Uint8Array.of(...body, 0x20) }),
    ],
    [
      'another digit in the signature',
      'invalid_signature',
      async (headers) => ({ headers: { ...headers, [header]: flipped(headers[header] ?? '') } }),
    ],
    [
      'the secret of somebody else',
      'invalid_signature',
      async (_, body) => ({ headers: await signedWith(somebodyElses, body) }),
    ],
    [
      'no signature',
      'missing_header',
      async (headers) => ({
        headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== header)),
      }),
    ],
    [
      'a signature cut short',
      'invalid_signature',
      async (headers) => ({
        headers: { ...headers, [header]: (headers[header] ?? '').slice(0, -8) },
      }),
    ],
  ]
  if (hasTimestamp) {
    changes.push(
      ['300 seconds old', 'valid', async () => ({ now: at + 300 })],
      ['301 seconds old', 'timestamp_too_old', async () => ({ now: at + 301 })],
      ['300 seconds ahead', 'valid', async () => ({ now: at - 300 })],
      ['301 seconds ahead', 'timestamp_too_new', async () => ({ now: at - 301 })],
      [
        'the secret of somebody else, and 301 seconds old',
        'timestamp_too_old',
        async (_, body) => ({ headers: await signedWith(somebodyElses, body), now: at + 301 }),
      ],
    )
  }
  if (profile.name === 'standard-webhooks' || name === 'svix') {
    const prefix = name === 'svix' ? 'svix' : 'webhook'
    changes.push(
      [
        'a list whose second signature fits',
        'valid',
        async (headers) => ({
          headers: { ...headers, [header]: `v1,${'A'.repeat(43)}= ${headers[header]}` },
        }),
      ],
      [
        'a list with another version beside it',
        'valid',
        async (headers) => ({
          headers: { ...headers, [header]: `v1a,${'A'.repeat(86)}== ${headers[header]}` },
        }),
      ],
      [
        'the right signature under another version',
        'invalid_signature',
        async (headers) => ({
          headers: { ...headers, [header]: (headers[header] ?? '').replace('v1,', 'v2,') },
        }),
      ],
      [
        'another id',
        'invalid_signature',
        async (headers) => ({ headers: { ...headers, [`${prefix}-id`]: 'msg_other' } }),
      ],
      [
        'another timestamp',
        'invalid_signature',
        async (headers) => ({ headers: { ...headers, [`${prefix}-timestamp`]: String(at + 1) } }),
      ],
      [
        'a timestamp in milliseconds',
        'timestamp_too_new',
        async (headers) => ({ headers: { ...headers, [`${prefix}-timestamp`]: `${at}000` } }),
      ],
      [
        'a timestamp that is no integer',
        'malformed_header',
        async (headers) => ({ headers: { ...headers, [`${prefix}-timestamp`]: `${at}.5` } }),
      ],
      [
        'no id',
        'missing_header',
        async (headers) => ({
          headers: Object.fromEntries(
            Object.entries(headers).filter(([key]) => key !== `${prefix}-id`),
          ),
        }),
      ],
      [
        'an id with a dot',
        'malformed_header',
        async (headers) => ({ headers: { ...headers, [`${prefix}-id`]: 'msg.vector' } }),
      ],
      [
        'an id with a dot, and 301 seconds old',
        'malformed_header',
        async (headers) => ({
          headers: { ...headers, [`${prefix}-id`]: 'msg.vector' },
          now: at + 301,
        }),
      ],
      [
        'an id with a dot, and no signature',
        'missing_header',
        async (headers) => ({ headers: { ...headers, [`${prefix}-id`]: 'a.b', [header]: '' } }),
      ],
      [
        'an id of 256 characters',
        'valid',
        async (_, body) => ({ headers: await signedWith(secret, body, 'i'.repeat(256)) }),
      ],
      [
        'an id of 257 characters',
        'malformed_header',
        async (headers) => ({ headers: { ...headers, [`${prefix}-id`]: 'i'.repeat(257) } }),
      ],
    )
  }
  return changes
}

const base64 = (body: Uint8Array): string => Buffer.from(body).toString('base64')

/** Every vector, made with {@link sign}. */
export const vectors = async (): Promise<readonly Vector[]> => {
  const made: Vector[] = []
  for (const [name, of] of Object.entries(vectorProfiles)) {
    const { profile, secret } = of
    const signed = (body: Uint8Array) =>
      sign({ id: 'msg_vector', signedAt: at, body, secret, profile })
    for (const [what, body] of Object.entries(bodies)) {
      const headers = await signed(body)
      const request = { profile: name, secret, headers, bodyBase64: base64(body), now: at }
      made.push({ name: `${name}: ${what}`, ...request, expected: 'valid' })
    }
    const body = bodies['an event'] ?? new Uint8Array()
    const genuine = await signed(body)
    for (const [what, expected, change] of changesOf(name, of)) {
      const changed = { headers: genuine, body, now: at, ...(await change(genuine, body)) }
      made.push({
        name: `${name}: ${what}`,
        profile: name,
        secret,
        headers: changed.headers,
        bodyBase64: base64(changed.body),
        now: changed.now,
        expected,
      })
    }
  }
  return made
}

/** The file of the vectors. */
export const vectorsFile = async (): Promise<Document> => ({
  description: aboutVectors,
  profiles: Object.fromEntries(
    Object.entries(vectorProfiles).map(([name, { about }]) => [name, about]),
  ),
  vectors: await vectors(),
})
