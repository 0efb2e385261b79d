import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type HmacBodyOptions,
  hmacBody,
  isWebhookError,
  type Profile,
  sign,
  type TimestampedOptions,
  timestamped,
  verifySignature,
} from '../../src/index.ts'

const secret = 'a secret of more than twenty-four bytes'
const body = '{"type":"chat.message","data":{}}'
const seconds = 1_700_000_000
const now = () => seconds * 1000
const hex = (text: string): string => createHmac('sha256', secret).update(text).digest('hex')

const verdict = async (
  profile: Profile,
  headers: Record<string, string>,
  text = body,
): Promise<string> => {
  const result = await verifySignature({ headers, body: text, secret, profile, now })
  return result.ok
    ? `${result.id ?? '-'} ${result.signedAt ?? '-'}`
    : `${result.code} ${result.header ?? ''}`.trim()
}

describe('a timestamp in a header of its own', () => {
  const profileWith = (more: HmacBodyOptions) =>
    hmacBody({
      header: 'x-sig',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
      timestampHeader: 'X-Time',
      ...more,
    })
  const arriving = (profile: Profile, time: string) =>
    verdict(profile, { 'x-time': time, 'x-sig': `v0=${hex(`v0:${time}:${body}`)}` })

  test.each<[string, string, HmacBodyOptions]>([
    ['seconds', String(seconds), {}],
    ['milliseconds', String(seconds * 1000 + 7), { timestampUnit: 'milliseconds' }],
    ['ISO 8601', '2023-11-14T22:13:20.123Z', { timestampUnit: 'iso8601' }],
    ['ISO 8601 of another zone', '2023-11-14T23:13:20+01:00', { timestampUnit: 'iso8601' }],
  ])('is read in %s, and opens the replay window', async (_, time, options) => {
    expect(await arriving(profileWith(options), time)).toBe(`- ${seconds}`)
  })

  test('that is too old is refused, in every unit', async () => {
    const old = seconds - 301
    expect(await arriving(profileWith({}), String(old))).toBe('timestamp_too_old')
    const inMs = profileWith({ timestampUnit: 'milliseconds' })
    expect(await arriving(inMs, String(old * 1000))).toBe('timestamp_too_old')
    const iso = profileWith({ timestampUnit: 'iso8601' })
    expect(await arriving(iso, new Date(old * 1000).toISOString())).toBe('timestamp_too_old')
  })

  test.each(['', '1.7e9', '-5', '01700000000', '2023-11-14T22:13:20Z', 'yesterday'])(
    'that is written as "%s" is refused, genuine or not',
    async (time) => {
      const code = time === '' ? 'missing_header' : 'malformed_header'
      expect(await arriving(profileWith({}), time)).toBe(`${code} x-time`)
    },
  )
})

describe('an id and other headers', () => {
  const profile = hmacBody({
    header: 'x-sig',
    prefix: '',
    signed: '{x-event}|{id}|{timestamp}|{body}',
    idHeader: 'X-Delivery',
    timestampHeader: 'x-time',
  })
  const headersOf = (event: string, id: string, time = String(seconds)) => ({
    'x-event': event,
    'x-delivery': id,
    'x-time': time,
    'x-sig': hex(`${event}|${id}|${time}|${body}`),
  })

  test('are signed, and the id is the event’s', async () => {
    expect(await verdict(profile, headersOf('push', 'evt_1'))).toBe(`evt_1 ${seconds}`)
    const changed = { ...headersOf('push', 'evt_1'), 'x-event': 'pull' }
    expect(await verdict(profile, changed)).toBe('invalid_signature')
  })

  test('cannot be shifted into each other over the separator', async () => {
    // Genuine for the event `push` and the id `a|b`; read otherwise, it would be an event `push|a` with the id `b`.
    const shifted = { ...headersOf('push', 'a|b'), 'x-event': 'push|a', 'x-delivery': 'b' }
    expect(await verdict(profile, shifted)).toBe('malformed_header x-event')
    expect(await verdict(profile, headersOf('push', 'a|b'))).toBe('malformed_header x-delivery')
  })

  test('with dots may be separated by dots from a timestamp, if nothing in them looks like one', async () => {
    const dotted = hmacBody({
      header: 'x-sig',
      prefix: '',
      signed: '{x-event}.{timestamp}.{body}',
      timestampHeader: 'x-time',
    })
    const arriving = (event: string) =>
      verdict(dotted, {
        'x-event': event,
        'x-time': String(seconds),
        'x-sig': hex(`${event}.${seconds}.${body}`),
      })
    expect(await arriving('chat.message')).toBe(`- ${seconds}`)
    expect(await arriving(`chat.${seconds}`)).toBe('malformed_header x-event')
  })

  test('that are missing are named', async () => {
    const { 'x-event': _, ...rest } = headersOf('push', 'evt_1')
    expect(await verdict(profile, rest)).toBe('missing_header x-event')
  })

  test('with nothing between id and timestamp no digit can move from one to the other', async () => {
    const close = hmacBody({
      header: 'x-sig',
      prefix: '',
      signed: '{id}{timestamp}{body}',
      idHeader: 'x-delivery',
      timestampHeader: 'x-time',
    })
    const arriving = (id: string, time: string) =>
      verdict(close, { 'x-delivery': id, 'x-time': time, 'x-sig': hex(`evt_1${seconds}${body}`) })
    expect(await arriving('evt_1', String(seconds))).toBe(`evt_1 ${seconds}`)
    expect(await arriving('evt_', `1${seconds}`)).toBe('malformed_header x-time')
    expect(await arriving('evt_11', String(seconds).slice(1))).toBe('malformed_header x-time')
  })

  test('with nothing between id and body the id cannot reach into the JSON', async () => {
    const close = hmacBody({ header: 'x-sig', prefix: '', signed: '{id}{body}', idHeader: 'x-id' })
    const sig = hex(`evt_1${body}`)
    expect(await verdict(close, { 'x-id': 'evt_1', 'x-sig': sig })).toBe('evt_1 -')
    const reaching = verdict(close, { 'x-id': 'evt_1{"type":', 'x-sig': sig }, body.slice(8))
    expect(await reaching).toBe('malformed_header x-id')
  })
})

describe('the fields of one header', () => {
  test('have any names and separators', async () => {
    const profile = timestamped({
      header: 'X-Sig',
      timestampField: 'ts',
      signatureField: 'h1',
      separator: ';',
      signed: '{timestamp}:{body}',
    })
    const sig = hex(`${seconds}:${body}`)
    expect(await verdict(profile, { 'x-sig': `ts=${seconds};h1=${sig}` })).toBe(`- ${seconds}`)
    const several = `ts=${seconds}; h1=${'0'.repeat(64)}; h1=${sig}`
    expect(await verdict(profile, { 'x-sig': several })).toBe(`- ${seconds}`)
    expect(await verdict(profile, { 'x-sig': `ts=${seconds},h1=${sig}` })).toBe(
      'malformed_header x-sig',
    )
  })
})

test('a signature in the url alphabet of base64 is read with and without padding', async () => {
  const profile = hmacBody({ header: 'x-sig', prefix: '', encoding: 'base64url' })
  const text = `${body}\n`
  const mac = createHmac('sha256', secret).update(text).digest()
  const url = mac.toString('base64url')
  expect(url).toMatch(/[-_]/)
  expect(await verdict(profile, { 'x-sig': url }, text)).toBe('- -')
  expect(await verdict(profile, { 'x-sig': `${url}=` }, text)).toBe('- -')
  const standard = mac.toString('base64')
  expect(await verdict(profile, { 'x-sig': standard }, text)).toBe('invalid_signature')
})

test('a secret in the url alphabet of base64 is decoded', async () => {
  const key = Buffer.alloc(32, 0xfb)
  const mac = createHmac('sha256', key).update(body).digest('hex')
  const result = await verifySignature({
    headers: { 'x-ainexlayer-signature': `sha256=${mac}` },
    body,
    secret: { value: key.toString('base64url'), encoding: 'base64url' },
    profile: hmacBody(),
  })
  expect(result.ok).toBe(true)
})

test('what `sign` writes is what the same profile verifies, in every form', async () => {
  const common = { idHeader: 'x-id', timestampHeader: 'x-time' } as const
  const inOneHeader: TimestampedOptions[] = [
    { signed: '{id}.{timestamp}.{body}', idHeader: 'x-id', encoding: 'base64url' },
    { timestampUnit: 'milliseconds', separator: ' ' },
  ]
  const profiles = [
    hmacBody({ ...common, signed: '{id}{timestamp}{body}', encoding: 'base64url' }),
    hmacBody({ ...common, signed: 'POST:{timestamp}:{id}:{x-event}\n{body}', prefix: 'v1,' }),
    hmacBody({ ...common, signed: '{id}.{timestamp}.{body}', timestampUnit: 'iso8601' }),
    ...inOneHeader.map(timestamped),
  ]
  for (const profile of profiles) {
    const headers = await sign({ id: 'evt_1', signedAt: seconds, body, secret, profile })
    const result = await verifySignature({ headers, body, secret, profile, now })
    expect(result).toMatchObject({ ok: true, signedAt: seconds })
    const changed = await verifySignature({ headers, body: `${body} `, secret, profile, now })
    expect(changed.code).toBe('invalid_signature')
  }
})

describe('a template that cannot be verified is refused when it is made, in words that say why', () => {
  const refused = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      if (isWebhookError(error)) return `${error.code}: ${error.message}`
    }
    return 'accepted'
  }
  const time = { timestampHeader: 'x-time' } as const
  const id = { idHeader: 'x-id' } as const

  test.each<[string, HmacBodyOptions]>([
    ['does not contain `{body}`', { signed: '{timestamp}', ...time }],
    ['contains `{body}` more than once', { signed: '{body}.{body}' }],
    ['has something after `{body}`', { signed: '{body}.{timestamp}', ...time }],
    ['`timestampHeader` is missing', { signed: '{timestamp}.{body}' }],
    ['`idHeader` is missing', { signed: '{id}.{body}' }],
    ['what is not signed proves nothing', { signed: '{body}', ...time }],
    ['what is not signed proves nothing', { signed: '{body}', ...id }],
    ['`{timestmap}`, which stands for nothing', { signed: '{timestmap}.{body}' }],
    ['nothing between `{id}` and `{x-event}`', { signed: '{id}{x-event}.{body}', ...id }],
    ['a brace that is not part', { signed: '{.{body}' }],
    ['not ASCII', { signed: 'é{body}' }],
    ['`timestampUnit` is unknown', { timestampUnit: 'minutes' as unknown as 'seconds' }],
    ['is not a text', { signed: 5 as unknown as string }],
  ])('%s', (words, options) => {
    expect(refused(() => hmacBody(options))).toContain(words)
  })

  test('`timestamped` must sign its timestamp', () => {
    expect(refused(() => timestamped({ signed: '{body}' }))).toContain(
      'what is not signed proves nothing',
    )
  })
})
