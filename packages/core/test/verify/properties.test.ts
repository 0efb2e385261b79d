import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../src/encoding/base64.ts'
import { decodeHex, encodeHex } from '../../src/encoding/hex.ts'
import {
  createReceiver,
  hmacBody,
  type Profile,
  safeVerify,
  sign,
  standardWebhooks,
  timestamped,
  verifySignature,
} from '../../src/index.ts'

/** How often each property is tried; CI tries more. The seed is printed, so that a failure can be repeated. */
const numRuns = process.env['CI'] === 'true' ? 10_000 : 1000
const seed = Number(process.env['FAST_CHECK_SEED'] ?? Date.now() % 2 ** 31)
console.info(`properties: ${numRuns} runs each, FAST_CHECK_SEED=${seed}`)
const runs = { numRuns, seed }

const key = fc.uint8Array({ minLength: 24, maxLength: 64 })
const id = fc.stringMatching(/^[!-+\-/-~]{1,64}$/)
const signedAt = fc.integer({ min: 0, max: 9_999_999_999 })
const body = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }))
const profile: fc.Arbitrary<Profile> = fc.constantFrom(
  standardWebhooks(),
  standardWebhooks({ headerPrefix: 'svix' }),
  hmacBody(),
  hmacBody({ header: 'x-sig', prefix: '', encoding: 'base64' }),
  timestamped(),
)
const signing = fc.record({ id, signedAt, body, secret: key, profile })
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

test('any id, timestamp, body and key verify after they were signed', { timeout: 120_000 }, () =>
  fc.assert(
    fc.asyncProperty(signing, async (signed) => {
      const headers = await sign(signed)
      const now = () => signed.signedAt * 1000
      const result = await verifySignature({ ...signed, headers, now })
      expect(result).toMatchObject({ ok: true })
    }),
    runs,
  ),
)

const flipBit = (bytes: Uint8Array, bit: number) => {
  const flipped = Uint8Array.from(bytes)
  const at = Math.floor(bit / 8) % flipped.length
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit % 8))
  return flipped
}

test(
  'any single changed bit of the body, the id, the timestamp or the signature fails',
  { timeout: 120_000 },
  () =>
    fc.assert(
      fc.asyncProperty(
        signing,
        fc.constantFrom('body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'),
        fc.nat({ max: 4096 }),
        async (signed, part, bit) => {
          const bytes =
            typeof signed.body === 'string' ? new TextEncoder().encode(signed.body) : signed.body
          fc.pre(part !== 'body' || bytes.length > 0)
          const headers = await sign({ ...signed, profile: standardWebhooks() })
          const changed = { ...headers }
          let changedBody: Uint8Array = bytes
          if (part === 'body') changedBody = flipBit(bytes, bit)
          else {
            const flipped = flipBit(new TextEncoder().encode(headers[part]), bit)
            changed[part] = Buffer.from(flipped).toString('latin1')
          }
          const result = await verifySignature({
            headers: changed,
            body: changedBody,
            secret: signed.secret,
            toleranceSeconds: Number.MAX_SAFE_INTEGER,
            now: () => signed.signedAt * 1000,
          })
          expect(result.ok).toBe(false)
        },
      ),
      runs,
    ),
)

test('no input of any kind makes safeVerify or handle throw', { timeout: 120_000 }, async () => {
  const secret = Buffer.alloc(32, 1)
  const receiver = createReceiver({ secret, logger: quiet }).on('*', () => {})
  const headerName = fc.constantFrom(
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'content-length',
  )
  const headerValue = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.anything())
  const headers = fc.oneof(
    fc.dictionary(fc.oneof(headerName, fc.string()), headerValue),
    fc.array(fc.tuple(headerName, headerValue)),
    fc.anything(),
  )
  const anyBody = fc.oneof(
    body,
    fc.anything({ withTypedArray: true, withDate: true, withMap: true }),
  )
  await fc.assert(
    fc.asyncProperty(headers, anyBody, async (anyHeaders, given) => {
      const input = { headers: anyHeaders as Record<string, string>, body: given as string }
      expect(await safeVerify({ ...input, secret })).toMatchObject({ ok: false })
      expect(await receiver.safeVerify(input)).toMatchObject({ ok: false })
      const { status } = await receiver.handle({ method: 'POST', ...input })
      expect(status).toBeGreaterThanOrEqual(400)
    }),
    runs,
  )
})

test('a genuine body of any JSON never throws past the boundary', {
  timeout: 120_000,
}, async () => {
  const secret = Buffer.alloc(32, 1)
  const receiver = createReceiver({ secret, logger: quiet }).on('*', () => {})
  const type = fc.oneof(fc.string(), fc.constantFrom('chat.message', '__proto__', 'user.login'))
  const json = fc.oneof(
    fc.json(),
    fc
      .record({ type, timestamp: fc.string(), data: fc.jsonValue() })
      .map((event) => JSON.stringify(event)),
    fc.string(),
  )
  let made = 0
  await fc.assert(
    fc.asyncProperty(json, async (text) => {
      made += 1
      const headers = await sign({ id: `msg_${made}`, signedAt: new Date(), body: text, secret })
      const { status } = await receiver.handle({ method: 'POST', headers, body: text })
      expect([200, 422]).toContain(status)
    }),
    runs,
  )
})

test('base64 and hexadecimal read back what they wrote, and agree with Node', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const base64 = encodeBase64(bytes)
      expect(base64).toBe(Buffer.from(bytes).toString('base64'))
      expect(decodeBase64(base64)).toEqual(bytes)
      expect(decodeHex(encodeHex(bytes))).toEqual(bytes)
    }),
    runs,
  )
})

test('base64 that is decoded at all has one spelling', () => {
  fc.assert(
    fc.property(fc.string(), fc.base64String(), (text, base64) => {
      for (const candidate of [text, base64]) {
        const bytes = decodeBase64(candidate)
        if (bytes === undefined) continue
        expect(encodeBase64(bytes).replace(/=+$/, '')).toBe(candidate.replace(/=+$/, ''))
      }
    }),
    runs,
  )
})
