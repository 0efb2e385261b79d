import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inferProfile } from '../../src/diagnose/index.ts'
import { verifySignature } from '../../src/index.ts'

/** How one deployment signs; `write` is one request of it. */
interface Layout {
  readonly kind: string
  readonly secret: string
  readonly write: (body: string, id: string, seconds: number) => Record<string, string>
}

const secretOf = (random: Buffer, written: string): { text: string; key: Buffer } => {
  switch (written) {
    case 'hex':
      return { text: random.toString('hex'), key: random }
    case 'base64':
      return { text: random.toString('base64'), key: random }
    case 'base64url':
      return { text: random.toString('base64url'), key: random }
    case 'whsec':
      return { text: `whsec_${random.toString('base64')}`, key: random }
    case 'whsec as text':
      return {
        text: `whsec_${random.toString('base64')}`,
        key: Buffer.from(`whsec_${random.toString('base64')}`),
      }
    case 'in spaces':
      return { text: ` ${random.toString('hex')}\n`, key: Buffer.from(random.toString('hex')) }
    default:
      return { text: random.toString('hex'), key: Buffer.from(random.toString('hex')) }
  }
}

const timeOf = (seconds: number, unit: string): string => {
  if (unit === 'iso8601') return new Date(seconds * 1000).toISOString()
  return String(unit === 'milliseconds' ? seconds * 1000 + 123 : seconds)
}

const orders = [
  [],
  ['time'],
  ['id'],
  ['id', 'time'],
  ['time', 'id'],
  ['event', 'time'],
  ['event', 'id', 'time'],
  ['time', 'event', 'id'],
  ['version', 'time'],
  ['method', 'path', 'time'],
] as const

const layouts: fc.Arbitrary<Layout> = fc
  .record({
    stem: fc.constantFrom('x-acme', 'acme', 'webhook', 'x-ainexlayer', 'x-hub', 'svix', 'x-hook2'),
    signatureName: fc.constantFrom(
      'signature',
      'signature-256',
      'hmac',
      'hmac-sha256',
      'sig',
      'digest',
    ),
    idName: fc.constantFrom('id', 'delivery', 'event-id', 'delivery-id', 'message-id'),
    timeName: fc.constantFrom('timestamp', 'request-timestamp', 'time', 'ts', 'sent-at'),
    mark: fc.constantFrom('', 'sha256=', 'v1=', 'v0=', 'v1,', 'SHA256 ', 'hmac-sha256=', 's='),
    encoding: fc.constantFrom('hex', 'base64', 'base64url', 'upper'),
    order: fc.constantFrom(...orders),
    separator: fc.constantFrom('.', ':', '\n', '', '|'),
    unit: fc.constantFrom('seconds', 'milliseconds', 'iso8601'),
    // The time stands in a header of its own, or as a field beside the signature.
    fields: fc.constantFrom('', ',', ';', ', '),
    extraSignature: fc.constantFrom('none', 'none', 'before', 'after'),
    written: fc.constantFrom(
      'text',
      'hex',
      'base64',
      'base64url',
      'whsec',
      'whsec as text',
      'in spaces',
    ),
    random: fc.uint8Array({ minLength: 24, maxLength: 48 }),
    noise: fc.boolean(),
  })
  // Two values that could be shifted into each other are refused: tests of their own say so.
  .filter(
    ({ order, separator }) =>
      (separator !== '' && separator !== '.') || !/event,id|id,event/.test(order.join()),
  )
  .map((of) => {
    const { text, key } = secretOf(Buffer.from(of.random), of.written)
    const [sign, id, time] = [of.signatureName, of.idName, of.timeName].map(
      (n) => `${of.stem}-${n}`,
    )
    const inFields = of.fields !== '' && (of.order as readonly string[]).includes('time')
    const encode = (mac: Buffer): string =>
      of.encoding === 'upper'
        ? mac.toString('hex').toUpperCase()
        : mac.toString(of.encoding as 'hex' | 'base64' | 'base64url')
    const kind = `${of.order.join('+')}|${JSON.stringify(of.separator)}|${of.unit}|${inFields ? `fields "${of.fields}"` : `mark "${of.mark}"`}|${of.encoding}|${of.written}|${of.extraSignature}`
    const write: Layout['write'] = (body, eventId, seconds) => {
      const values = {
        time: timeOf(seconds, of.unit),
        id: eventId,
        event: 'chat.message',
        version: 'v0',
        method: 'POST',
        path: '/hooks/in',
      }
      const prefix = of.order.map((part) => values[part] + of.separator).join('')
      const mac = encode(
        createHmac('sha256', key)
          .update(prefix + body)
          .digest(),
      )
      const other = encode(
        createHmac('sha256', 'old')
          .update(prefix + body)
          .digest(),
      )
      const entry = (value: string) => (inFields ? `v1=${value}` : of.mark + value)
      const entries =
        of.extraSignature === 'none'
          ? [entry(mac)]
          : of.extraSignature === 'before'
            ? [entry(other), entry(mac)]
            : [entry(mac), entry(other)]
      const between = inFields ? of.fields : of.mark === 'v1,' ? ' ' : ', '
      const value = [...(inFields ? [`t=${values.time}`] : []), ...entries].join(between)
      return {
        host: 'example.com',
        'content-type': 'application/json',
        'user-agent': 'Acme/1.0',
        ...(of.noise ? { 'x-request-id': 'req-123', 'x-acme-attempt': '1' } : {}),
        [`${of.stem}-event`]: values.event,
        [id ?? '']: eventId,
        ...(inFields ? {} : { [time ?? '']: values.time }),
        [sign ?? '']: value,
      }
    }
    return { kind, secret: text, write }
  })

const first = {
  body: '{"id":"evt_1","type":"chat.message","timestamp":"2026-01-15T10:30:00Z","data":{"a":1}}',
  id: '7f3b6c9e-1d5a-4a57-9d3e-0a5b6c7d8e9f',
  seconds: 1_768_473_000,
}
const second = {
  body: '{"id":"evt_2","type":"document.uploaded","timestamp":"2026-01-15T10:31:00Z","data":{"b":[2]}}',
  id: 'a1b2c3d4-1d5a-4a57-9d3e-0a5b6c7d8e9f',
  seconds: 1_768_473_061,
}

const runs = 2000

test(`of ${runs} random layouts at least 99 % are found, and what is found verifies the next request alone`, async () => {
  const missed: string[] = []
  let found = 0
  let mostHmacs = 0
  await fc.assert(
    fc.asyncProperty(layouts, async ({ kind, secret, write }) => {
      const headers = write(first.body, first.id, first.seconds)
      const url = 'https://example.com/hooks/in'
      const { matches, tried } = await inferProfile({ headers, body: first.body, secret, url })
      mostHmacs = Math.max(mostHmacs, tried.hmacs)
      const [match] = matches
      if (match?.profile === undefined) {
        missed.push(`${kind}: ${match?.missing[0] ?? 'nothing'}`)
        return
      }
      found++
      const { profile, secretEncoding } = match
      const value = match.source?.includes('TextEncoder')
        ? new TextEncoder().encode(secret)
        : secret
      const given = {
        profile,
        secret: secretEncoding === undefined ? value : { value, encoding: secretEncoding },
        headers: write(second.body, second.id, second.seconds),
        now: () => second.seconds * 1000,
      }
      expect(await verifySignature({ ...given, body: second.body }), kind).toMatchObject({
        ok: true,
      })
      const changed = second.body.replace('uploaded', 'uploadee')
      expect((await verifySignature({ ...given, body: changed })).code).toBe('invalid_signature')
    }),
    { numRuns: runs, seed: 18 },
  )
  console.log(`found ${found} of ${runs}, at most ${mostHmacs} HMACs; not found:`, missed)
  expect(found).toBeGreaterThanOrEqual(runs * 0.99)
  expect(mostHmacs).toBeLessThanOrEqual(5000)
}, 600_000)

test('of 2000 unsigned requests and wrong secrets none is found', async () => {
  const found: string[] = []
  await fc.assert(
    fc.asyncProperty(
      layouts,
      fc.boolean(),
      fc.base64String({ minLength: 32, maxLength: 64 }),
      async ({ kind, secret, write }, signed, other) => {
        const headers = write(first.body, first.id, first.seconds)
        // Without its signature, another value of the same length in its place; or signed, and the secret is another.
        const unsigned = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, value.replace(/[0-9a-f]/gi, 'b')]),
        )
        const { ok } = await inferProfile({
          headers: signed ? headers : unsigned,
          body: first.body,
          secret: signed ? other : secret,
        })
        if (ok) found.push(kind)
      },
    ),
    { numRuns: runs, seed: 19 },
  )
  expect(found).toEqual([])
}, 600_000)
