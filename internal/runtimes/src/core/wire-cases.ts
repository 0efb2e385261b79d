import {
  createReceiver,
  type EnvelopeNames,
  type HmacBodyOptions,
  hmacBody,
  safeVerify,
  sign,
  timestamped,
  verifySignature,
} from '@ainexlayer/webhooks'
import { inferProfile } from '@ainexlayer/webhooks/diagnose'
import { equal } from './expect.ts'
import type { RuntimeCase } from './runtime-case.ts'

const secret = 'a secret of more than twenty-four bytes'
const signedAt = 1_768_473_000
const now = () => signedAt * 1000
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const signedTexts: readonly HmacBodyOptions[] = [
  { signed: 'v0:{timestamp}:{body}', timestampHeader: 'x-time', prefix: 'v0=' },
  {
    signed: '{id}.{timestamp}.{body}',
    idHeader: 'x-id',
    timestampHeader: 'x-time',
    encoding: 'base64url',
  },
  { signed: '{timestamp}{body}', timestampHeader: 'x-time', timestampUnit: 'milliseconds' },
  {
    signed: '{x-event}\n{timestamp}\n{body}',
    timestampHeader: 'x-time',
    timestampUnit: 'iso8601',
    prefix: 'v1,',
  },
]

const read = async (payload: object, envelope: Partial<EnvelopeNames>, more = {}) => {
  const profile = hmacBody({ envelope })
  const body = JSON.stringify(payload)
  const headers = { ...(await sign({ id: 'x', signedAt, body, secret, profile })), ...more }
  const result = await safeVerify({ headers, body, secret, profile, now })
  return result.ok ? result.event : result.code
}

/** Any plausible wire: signed texts, envelopes, and finding them. */
export const wireCases: readonly RuntimeCase[] = [
  {
    name: 'signed texts of every kind are written and verified',
    run: async () => {
      const profiles = [
        ...signedTexts.map(hmacBody),
        timestamped({
          timestampField: 'ts',
          signatureField: 'h1',
          separator: ';',
          signed: '{timestamp}:{body}',
        }),
      ]
      for (const profile of profiles) {
        const headers = await sign({ id: 'evt_1', signedAt, body: '{}', secret, profile })
        const given = { headers, secret, profile, now }
        const right = await verifySignature({ ...given, body: '{}' })
        equal([right.ok, right.ok && right.signedAt], [true, signedAt], JSON.stringify(headers))
        equal((await verifySignature({ ...given, body: '{} ' })).code, 'invalid_signature')
      }
    },
  },
  {
    name: 'envelopes: paths, flat payloads, numeric times, types in headers and in other spellings, snake_case',
    run: async () => {
      const type = 'acme.thing'
      const common = { id: '7', type, timestamp: '2026-01-15T10:30:00.000Z' }
      const data = { aB: [{ cD: 1 }] }
      const expected = { ...common, data, secretId: 'secret-1', unknown: true }
      equal(
        await read(
          { e: { t: type, at: signedAt, n: 7 }, d: data },
          { type: ['e', 't'], timestamp: ['e', 'at'], id: ['e', 'n'], data: 'd' },
        ),
        expected,
      )
      equal(
        await read(
          { event: type, timestamp: signedAt * 1000, event_id: 7, ...data },
          { type: 'event', id: 'event_id', data: 'rest' },
        ),
        expected,
      )
      const snake = { id: 7, timestamp: String(signedAt), data: { a_b: [{ c_d: 1 }] } }
      const header = { 'x-acme-event': 'ACME_THING' }
      equal(
        await read(
          snake,
          { typeHeader: 'X-Acme-Event', typeMap: { ACME_THING: type }, camelCaseData: true },
          header,
        ),
        expected,
      )
      const typeOf = (written: string) => written.toLowerCase().replaceAll('_', '.')
      equal(await read({ ...snake, type: 'ACME_THING', data }, { typeOf }), expected)
    },
  },
  {
    name: 'a batch is split, and other bytes under an id count as the receiver says',
    run: async () => {
      const profile = hmacBody({ envelope: { splitBatch: 'events' } })
      const seen: string[] = []
      const receiver = createReceiver({
        secret,
        profile,
        logger: quiet,
        fingerprint: ({ type }) => type,
        onIdReused: 'reject',
      }).onUnknown(({ id }) => {
        seen.push(id)
      })
      const send = async (types: readonly string[]) => {
        const events = types.map((type, index) => ({
          id: `e${index}`,
          type,
          data: { at: seen.length },
        }))
        const body = JSON.stringify({ events })
        const headers = await sign({ id: 'x', signedAt, body, secret, profile })
        const { outcome, status } = await receiver.handle({ method: 'POST', headers, body })
        return [outcome, status]
      }
      equal(await send(['a.b', 'c.d']), ['processed', 200])
      equal(await send(['a.b', 'c.d']), ['duplicate', 200])
      equal(await send(['a.b', 'e.f']), ['rejected', 422])
      equal(seen, ['e0', 'e1'])
    },
  },
  {
    name: 'inferProfile finds how a request was signed',
    run: async () => {
      const profile = hmacBody({ ...signedTexts[0], header: 'x-acme' })
      const body = '{"event":"acme.thing","payload":{}}'
      const headers = await sign({ id: 'x', signedAt, body, secret, profile })
      const { matches } = await inferProfile({ headers, body, secret })
      equal(matches[0]?.signed, 'v0:{timestamp}:{body}')
      const found = matches[0]?.profile
      equal(
        found && (await verifySignature({ headers, body, secret, profile: found, now })).ok,
        true,
      )
      equal((await inferProfile({ headers, body, secret: `${secret}!` })).ok, false)
    },
  },
]
