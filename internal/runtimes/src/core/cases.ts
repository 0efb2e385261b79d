import {
  createReceiver,
  hmacBody,
  memoryStore,
  safeVerify,
  sign,
  timestamped,
  verifySignature,
} from '@ainexlayer/webhooks'
import { diagnose } from '@ainexlayer/webhooks/diagnose'
import { fixture, fixtures, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { equal } from './expect.ts'
import { rfc4231 } from './rfc4231.ts'
import type { RuntimeCase } from './runtime-case.ts'
import { wireCases } from './wire-cases.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const timestamp = 1614265330
const now = () => timestamp * 1000
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

const verifies = async (body: string | Uint8Array, signature: string): Promise<string> => {
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  }
  return (await verifySignature({ headers, body, secret, now })).code ?? 'ok'
}

const published: readonly (readonly [string, string | Uint8Array, string])[] = [
  ['the official one', '{"test": 2432232314}', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
  ['an empty body', '', 'v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A='],
  ['beyond ASCII', '{"text":"héllo 😀"}', 'v1,SZLD2gGjiB8YCsOvbRhSCSAO459syHTZBXDVojE2pKc='],
  [
    'replacement patterns',
    '{"price":"$& $$ $1"}',
    'v1,yqOolgkNy3N7kbFUZMK+5lfUsS39ktSg+Ak18kYqHpw=',
  ],
  ['invalid UTF-8', fromHex('7bff7d'), 'v1,y0JY85sbaIFeNPl3FRX6eaIAhlcEgIB/pa8jZ9Mm8Rw='],
  ['a byte order mark', fromHex('efbbbf7b7d'), 'v1,c6GTItmAwbOx6p4W1z3UPeZOoWZFPBiNo46aigDIswc='],
]

const good = published[0]?.[2] ?? ''

const refusedSignatures = [
  'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=',
  'v1,',
  'v1',
  'v1,g0hM9SsE',
  good.replace('v1,', 'v2,'),
]

const other = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='

const vectors: readonly RuntimeCase[] = [
  ...rfc4231.map(({ name, key, data, hmac }) => ({
    name: `RFC 4231 ${name}`,
    run: async () => {
      const profile = hmacBody({ header: 'x-hmac', prefix: '' })
      const given = { body: fromHex(data), secret: fromHex(key), profile }
      const signed = await sign({ ...given, id: 'x', signedAt: 0 })
      equal(signed, { 'x-hmac': hmac })
      equal((await verifySignature({ ...given, headers: { 'x-hmac': hmac } })).ok, true)
      const wrong = `${hmac.slice(0, -1)}${hmac.endsWith('0') ? '1' : '0'}`
      equal(
        (await verifySignature({ ...given, headers: { 'x-hmac': wrong } })).code,
        'invalid_signature',
      )
    },
  })),
  ...published.map(([name, body, signature]) => ({
    name: `Standard Webhooks vector: ${name}`,
    run: async () => {
      equal((await sign({ id, signedAt: timestamp, body, secret }))['webhook-signature'], signature)
      equal(await verifies(body, signature), 'ok')
    },
  })),
  {
    name: 'Standard Webhooks: what must fail fails, and what must pass passes',
    run: async () => {
      const body = '{"test": 2432232314}'
      for (const signature of refusedSignatures) {
        equal(await verifies(body, signature), 'invalid_signature', signature)
      }
      equal(await verifies(body, `${other} ${other.replace('v1', 'v2')} ${good} ${other}`), 'ok')
      const bare = { value: secret.slice(6), encoding: 'base64' } as const
      const headers = await sign({ id, signedAt: timestamp, body, secret: bare })
      equal(headers['webhook-signature'], good)
    },
  },
]

const receiving: readonly RuntimeCase[] = [
  {
    name: 'each of the 19 events goes through fetch, once',
    run: async () => {
      const seen: string[] = []
      const receiver = createReceiver({ secret: testSecret, logger: quiet, store: memoryStore() })
      receiver.on('*', (event) => seen.push(event.type))
      const { fetch } = receiver
      for (const event of Object.values(fixtures)) {
        for (const outcome of ['processed', 'duplicate']) {
          const signed = await signedRequest({ event })
          const response = await fetch(new Request('http://localhost/webhooks', signed))
          equal([response.status, await response.text()], [200, JSON.stringify({ outcome })])
        }
      }
      equal(seen, Object.keys(fixtures))
    },
  },
  {
    name: 'a forged, a stale, a malformed, an oversized and a headless request are refused',
    run: async () => {
      const { fetch } = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
      const event = fixture('chat.message')
      const refusal = async (request: RequestInit) => {
        const response = await fetch(
          new Request('http://localhost/webhooks', { method: 'POST', ...request }),
        )
        return [response.status, await response.text()]
      }
      const signed = await signedRequest({ event })
      equal(await refusal({ ...signed, body: '{}' }), [401, '{"error":"invalid_signature"}'])
      const stale = await signedRequest({ event, signedAt: new Date(Date.now() - 600_000) })
      equal(await refusal(stale), [401, '{"error":"timestamp_too_old"}'])
      const malformed = { ...signed, headers: { ...signed.headers, 'webhook-timestamp': '1e9' } }
      equal(await refusal(malformed), [400, '{"error":"malformed_header"}'])
      equal(await refusal({ ...signed, body: 'x'.repeat(2 * 1024 * 1024) }), [
        413,
        '{"error":"body_too_large"}',
      ])
      equal(await refusal({ body: '{}' }), [400, '{"error":"missing_header"}'])
      const text = await signedRequest({ body: 'hello', id: 'msg_text' })
      equal(await refusal(text), [422, '{"error":"invalid_payload"}'])
    },
  },
  {
    name: 'of 20 identical deliveries at once the handler runs one',
    run: async () => {
      let runs = 0
      const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', async () => {
        runs++
        await Promise.resolve()
      })
      const request = await signedRequest({ event: fixture('chat.message') })
      const results = await Promise.all(Array.from({ length: 20 }, () => receiver.handle(request)))
      equal(runs, 1)
      equal(results.filter(({ outcome }) => outcome === 'processed').length, 1)
    },
  },
]

const verifying: readonly RuntimeCase[] = [
  {
    name: 'every shape of headers and of body',
    run: async () => {
      const event = fixture('chat.message')
      const { headers, body } = await signedRequest({ event })
      const text = String(body)
      for (const shape of [
        headers,
        new Headers(headers),
        Object.entries(headers),
        new Map(Object.entries(headers)),
      ]) {
        equal((await safeVerify({ headers: shape, body: text, secret: testSecret })).ok, true)
      }
      const bytes = new TextEncoder().encode(text)
      for (const form of [bytes, bytes.buffer]) {
        equal((await safeVerify({ headers, body: form, secret: testSecret })).ok, true)
      }
    },
  },
  {
    name: 'the other profiles',
    run: async () => {
      const event = fixture('user.login')
      for (const profile of [hmacBody(), hmacBody({ encoding: 'base64' }), timestamped()]) {
        const { headers, body } = await signedRequest({ event, profile })
        const verified = await safeVerify({ headers, body, secret: testSecret, profile })
        equal([verified.ok, verified.ok && verified.event.id], [true, event.id], profile.name)
        const forged = await safeVerify({ headers, body: '{}', secret: testSecret, profile })
        equal(forged.code, 'invalid_signature', profile.name)
      }
    },
  },
  {
    name: 'a rotation: both pass, then the old one is expired',
    run: async () => {
      const old = { value: new Uint8Array(32).fill(1), id: 'old', notAfter: new Date(now() + 1000) }
      const set = [{ value: new Uint8Array(32).fill(2), id: 'new' }, old]
      const headers = await sign({ id, signedAt: timestamp, body: '{}', secret: old.value })
      const at = async (ms: number) => {
        const result = await verifySignature({ headers, body: '{}', secret: set, now: () => ms })
        return result.ok ? result.secretId : [result.code, result.reason]
      }
      equal(await at(now()), 'old')
      equal(await at(now() + 1000), ['invalid_signature', 'secret_expired'])
    },
  },
  {
    name: 'a diagnosis finds the line break that was added, and unpacks gzip',
    run: async () => {
      const headers = await sign({ id, signedAt: timestamp, body: '{}', secret })
      equal((await diagnose({ headers, body: '{}\n', secret, now })).code, 'body_newline_added')
      const packing = new Response('{}').body?.pipeThrough(new CompressionStream('gzip'))
      const packed = new Uint8Array(await new Response(packing).arrayBuffer())
      equal((await diagnose({ headers, body: packed, secret, now })).code, 'body_gzip')
    },
  },
]

/** Everything that must hold on every runtime. */
export const runtimeCases: readonly RuntimeCase[] = [
  ...vectors,
  ...verifying,
  ...receiving,
  ...wireCases,
]

/** Runs the cases and returns what failed. */
export const runCases = async (): Promise<{ passed: number; failures: string[] }> => {
  const failures: string[] = []
  for (const { name, run } of runtimeCases) {
    try {
      await run()
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return { passed: runtimeCases.length - failures.length, failures }
}
