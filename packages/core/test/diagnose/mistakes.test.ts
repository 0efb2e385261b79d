import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type DiagnosisCode, diagnose } from '../../src/diagnose/index.ts'
import {
  hmacBody,
  type Profile,
  type SecretSpec,
  standardWebhooks,
  timestamped,
} from '../../src/index.ts'

const id = 'msg_1'
const seconds = 1_700_000_000
const now = () => seconds * 1000
// Its signatures hold characters in which the two alphabets of base64 differ: a test makes sure of that.
const body = '{"type":"chat.message","timestamp":"2024-01-15T10:30:00Z","data":{"a":"é, x"}}'
const keyBytes = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ', 'base64')

/** How a sender does each step; a mistake does one of them otherwise. */
interface Sender {
  readonly key: Buffer
  readonly time: string
  readonly text: (parts: { id: string; time: string }) => string
  readonly encode: (digest: Buffer) => string
  readonly mark: (mark: string) => string
  readonly name: (header: string) => string
  readonly value: (signature: string) => string
  readonly signedBody: string | Buffer
}

interface Wire {
  readonly name: string
  readonly profile: Profile
  readonly encoding: 'hex' | 'base64'
  readonly mark: string
  readonly signs: readonly ('id' | 'time')[]
  /** The headers beside the signature, and the one with it. */
  readonly headers: (signature: string, time: string) => Readonly<Record<string, string>>
}

const wires: readonly Wire[] = [
  ...(['webhook', 'svix'] as const).map(
    (prefix): Wire => ({
      name: `standardWebhooks, ${prefix}`,
      profile: standardWebhooks({ headerPrefix: prefix }),
      encoding: 'base64',
      mark: 'v1,',
      signs: ['id', 'time'],
      headers: (signature, time) => ({
        [`${prefix}-id`]: id,
        [`${prefix}-timestamp`]: time,
        [`${prefix}-signature`]: signature,
      }),
    }),
  ),
  ...(
    [
      ['sha256=', 'hex'],
      ['sha256=', 'base64'],
      ['', 'hex'],
      ['', 'base64'],
      ['Hmac-SHA256 ', 'base64'],
      ['v0:', 'hex'],
    ] as const
  ).map(
    ([mark, encoding]): Wire => ({
      name: `hmacBody, "${mark}", ${encoding}`,
      profile: hmacBody({ header: 'X-Acme-Signature', prefix: mark, encoding }),
      encoding,
      mark,
      signs: [],
      headers: (signature) => ({ 'X-Acme-Signature': signature }),
    }),
  ),
  ...(['hex', 'base64'] as const).map(
    (encoding): Wire => ({
      name: `timestamped, ${encoding}`,
      profile: timestamped({ encoding }),
      encoding,
      mark: 'v1=',
      signs: ['time'],
      headers: (signature, time) => ({ 'x-ainexlayer-signature': `t=${time},${signature}` }),
    }),
  ),
]

const rightly = (wire: Wire): Sender => ({
  key: keyBytes,
  time: String(seconds),
  text: (parts) => wire.signs.map((part) => `${parts[part]}.`).join(''),
  encode: (digest) => digest.toString(wire.encoding),
  mark: (mark) => mark,
  name: (header) => header,
  value: (signature) => signature,
  signedBody: body,
})

const send = (wire: Wire, sender: Sender): Record<string, string> => {
  const { key, time } = sender
  const prefix = sender.text({ id, time })
  const digest = createHmac('sha256', key).update(prefix).update(sender.signedBody).digest()
  const signature = sender.value(sender.mark(wire.mark) + sender.encode(digest))
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(wire.headers(signature, time))) {
    headers[sender.name(name)] = value
  }
  return headers
}

const standard = ({ signs }: Wire) => signs.length === 2
const timed = ({ signs }: Wire) => signs.includes('time')
const marked = ({ mark }: Wire) => mark !== ''
const lettered = ({ mark }: Wire) => mark.toUpperCase() !== mark
const inBase64 = ({ encoding }: Wire) => encoding === 'base64'

interface Mistake {
  readonly code: DiagnosisCode
  readonly what: string
  readonly on?: (wire: Wire) => boolean
  readonly sender?: (wire: Wire) => Partial<Sender>
  readonly secret?: SecretSpec
  readonly body?: string | Buffer
}

const pretty = JSON.stringify(JSON.parse(body), null, 2)
const utf8 = keyBytes.toString('base64')
const hex = keyBytes.toString('hex')

const mistakes: readonly Mistake[] = [
  {
    code: 'header_renamed',
    what: 'the signature stands under another name',
    sender: () => ({ name: (header) => header.replace(/signature$/i, 'hmac-signature') }),
  },
  {
    code: 'header_renamed',
    what: 'all headers have another beginning',
    sender: () => ({ name: (header) => `x-deployment-${header.split('-').at(-1)}` }),
  },
  {
    code: 'mark_missing',
    what: 'the mark is left out',
    on: marked,
    sender: () => ({ mark: () => '' }),
  },
  {
    code: 'mark_case',
    what: 'the mark is in upper case',
    on: lettered,
    sender: () => ({ mark: (mark) => mark.toUpperCase() }),
  },
  {
    code: 'mark_differs',
    what: 'the mark is spelled otherwise',
    on: marked,
    sender: () => ({ mark: (mark) => `sig${mark}` }),
  },
  {
    code: 'mark_differs',
    what: 'the mark is another of the same length',
    on: marked,
    sender: () => ({ mark: (mark) => mark.replace(/^./, 'x') }),
  },
  {
    code: 'mark_unexpected',
    what: 'there is a mark',
    on: (wire) => !marked(wire),
    sender: () => ({ mark: () => 'sha256=' }),
  },
  {
    code: 'signature_is_hex',
    what: 'base64 is due',
    on: inBase64,
    sender: () => ({ encode: (digest) => digest.toString('hex') }),
  },
  {
    code: 'signature_is_hex',
    what: 'base64 is due, in capital letters',
    on: inBase64,
    sender: () => ({ encode: (digest) => digest.toString('hex').toUpperCase() }),
  },
  {
    code: 'signature_is_base64',
    what: 'hexadecimal is due',
    on: (wire) => !inBase64(wire),
    sender: () => ({ encode: (digest) => digest.toString('base64') }),
  },
  {
    code: 'signature_is_base64url',
    what: 'it is in the url alphabet',
    sender: () => ({ encode: (digest) => digest.toString('base64url') }),
  },
  {
    code: 'signature_unpadded',
    what: 'its padding is cut off',
    on: inBase64,
    sender: () => ({ encode: (digest) => digest.toString('base64').replace('=', '') }),
  },
  {
    code: 'signature_quoted',
    what: 'it stands in quotes',
    sender: (wire) => ({ encode: (digest) => `"${digest.toString(wire.encoding)}"` }),
  },
  {
    code: 'signature_spaced',
    what: 'a space follows the mark',
    on: ({ mark }) => /[=:]$/.test(mark),
    sender: () => ({ mark: (mark) => `${mark} ` }),
  },
  {
    code: 'signature_surrounded',
    what: 'something follows it',
    sender: () => ({ value: (signature) => `${signature};alg=sha256` }),
  },
  {
    code: 'id_not_signed',
    what: 'only timestamp and body are signed',
    on: standard,
    sender: () => ({ text: ({ time }) => `${time}.` }),
  },
  {
    code: 'timestamp_not_signed',
    what: 'only id and body are signed',
    on: standard,
    sender: () => ({ text: (parts) => `${parts.id}.` }),
  },
  {
    code: 'body_alone_signed',
    what: 'nothing but the body is signed',
    on: timed,
    sender: () => ({ text: () => '' }),
  },
  {
    code: 'signed_in_other_order',
    what: 'the timestamp comes first',
    on: standard,
    sender: () => ({ text: (parts) => `${parts.time}.${parts.id}.` }),
  },
  ...[':', '\n', '', '|'].map(
    (separator): Mistake => ({
      code: 'signed_with_other_separator',
      what: `${JSON.stringify(separator)} stands between the parts`,
      on: timed,
      sender: ({ signs }) => ({
        text: (parts) => signs.map((part) => parts[part] + separator).join(''),
      }),
    }),
  ),
  {
    code: 'timestamp_in_milliseconds',
    what: 'it is written and signed in milliseconds',
    on: timed,
    sender: () => ({ time: String(seconds * 1000) }),
  },
  {
    code: 'timestamp_in_iso8601',
    what: 'it is written and signed in ISO 8601',
    on: timed,
    sender: () => ({ time: new Date(now()).toISOString() }),
  },
  {
    code: 'timestamp_has_fraction',
    what: 'it is written and signed with a fraction',
    on: timed,
    sender: () => ({ time: `${seconds}.25` }),
  },
  {
    code: 'clock_ahead',
    what: 'it is an hour old',
    on: timed,
    sender: () => ({ time: String(seconds - 3600) }),
  },
  {
    code: 'clock_behind',
    what: 'it is an hour ahead',
    on: timed,
    sender: () => ({ time: String(seconds + 3600) }),
  },
  {
    code: 'secret_is_utf8',
    what: 'the sender takes it as text',
    secret: { value: utf8, encoding: 'base64' },
    sender: () => ({ key: Buffer.from(utf8) }),
  },
  {
    code: 'secret_is_base64',
    what: 'the sender decodes it from base64',
    secret: { value: utf8, encoding: 'utf8' },
  },
  {
    code: 'secret_is_hex',
    what: 'the sender decodes it from hexadecimal',
    secret: { value: hex, encoding: 'utf8' },
  },
  {
    code: 'secret_is_hex',
    what: 'it is configured as base64',
    secret: { value: hex, encoding: 'base64' },
  },
  {
    code: 'secret_is_base64url',
    what: 'the sender decodes it from the url alphabet',
    secret: { value: Buffer.alloc(24, 0xfb).toString('base64url'), encoding: 'utf8' },
    sender: () => ({ key: Buffer.alloc(24, 0xfb) }),
  },
  {
    code: 'secret_whitespace',
    what: 'the secret of the sender ends with a line break',
    secret: { value: utf8, encoding: 'utf8' },
    sender: () => ({ key: Buffer.from(`${utf8}\n`) }),
  },
  {
    code: 'secret_v1_prefix',
    what: 'it is configured with v1, in front',
    secret: { value: `v1,${utf8}`, encoding: 'base64' },
  },
  {
    code: 'body_minified',
    what: 'a spaced form was signed',
    sender: () => ({ signedBody: pretty }),
  },
  {
    code: 'body_pretty_printed',
    what: 'the minified form was signed',
    body: pretty,
  },
  { code: 'body_newline_added', what: 'a line break is added', body: `${body}\n` },
  {
    code: 'body_newline_removed',
    what: 'the line break is gone',
    sender: () => ({ signedBody: `${body}\n` }),
  },
  { code: 'body_whitespace_added', what: 'spaces are added', body: ` ${body} ` },
  {
    code: 'body_whitespace_removed',
    what: 'spaces are gone',
    sender: () => ({ signedBody: ` ${body} ` }),
  },
  { code: 'body_bom_added', what: 'a byte order mark is added', body: `\uFEFF${body}` },
  {
    code: 'body_bom_removed',
    what: 'the byte order mark is gone',
    sender: () => ({ signedBody: `\uFEFF${body}` }),
  },
  {
    code: 'body_crlf',
    what: 'LF became CRLF',
    body: pretty.replaceAll('\n', '\r\n'),
    sender: () => ({ signedBody: pretty }),
  },
  {
    code: 'body_lf',
    what: 'CRLF became LF',
    body: pretty,
    sender: () => ({ signedBody: pretty.replaceAll('\n', '\r\n') }),
  },
  {
    code: 'body_utf8_replaced',
    what: 'a byte was replaced',
    sender: () => ({ signedBody: Buffer.from(body, 'latin1') }),
    body: Buffer.from(body, 'latin1').toString('utf8'),
  },
  {
    code: 'body_latin1',
    what: 'Latin-1 was written as UTF-8',
    sender: () => ({ signedBody: Buffer.from(body, 'latin1') }),
  },
]

describe.each(wires)('$name', (wire) => {
  const secret: SecretSpec = { value: utf8, encoding: 'base64' }
  const applicable = mistakes.filter(({ on }) => on === undefined || on(wire))

  test('what is sent rightly is right', async () => {
    const headers = send(wire, rightly(wire))
    const { profile } = wire
    expect(await diagnose({ headers, body, secret, profile, now })).toMatchObject({ code: 'ok' })
    expect(Object.values(headers).join()).toMatch(inBase64(wire) ? /[+/]/ : /[0-9a-f]{64}/)
  })

  test.each(applicable)('$code: $what', async (mistake) => {
    const headers = send(wire, { ...rightly(wire), ...mistake.sender?.(wire) })
    const diagnosis = await diagnose({
      headers,
      body: mistake.body ?? body,
      secret: mistake.secret ?? secret,
      profile: wire.profile,
      now,
    })
    expect({ code: diagnosis.code, certain: diagnosis.certain }).toEqual({
      code: mistake.code,
      certain: true,
    })
  })

  test.each(applicable.filter(({ code }) => !/^(clock|body_alone)/.test(code)))(
    'a forgery that looks like $code ($what) is no more than a guess',
    async (mistake) => {
      const sender = { ...rightly(wire), ...mistake.sender?.(wire) }
      const headers = send(wire, { ...sender, key: Buffer.alloc(32, 1) })
      const { code, certain } = await diagnose({
        headers,
        body: mistake.body ?? body,
        secret: mistake.secret ?? secret,
        profile: wire.profile,
        now,
      })
      const facts: DiagnosisCode[] = ['missing_header', 'malformed_header']
      expect(certain && !facts.includes(code)).toBe(false)
    },
  )
})

test('two mistakes at once are never called certain', async () => {
  const wire = wires.find(({ name }) => name === 'hmacBody, "sha256=", hex')
  if (wire === undefined) throw new Error('no such wire')
  const headers = send(wire, { ...rightly(wire), mark: () => '' })
  const secret = { value: hex, encoding: 'utf8' } as const
  const diagnosis = await diagnose({ headers, body, secret, profile: wire.profile, now })
  expect(diagnosis).toMatchObject({ code: 'mark_missing', certain: false })
  expect(diagnosis.checks.at(-1)?.found).toBe('genuine with mark_missing and secret_is_hex')
})

test('other_profile: the request is genuine on another wire', async () => {
  const [standardWire, , bodyWire] = wires
  const timedWire = wires.at(-2)
  const secret = { value: utf8, encoding: 'base64' } as const
  const seen: string[] = []
  for (const sent of [standardWire, bodyWire, timedWire]) {
    for (const read of [standardWire, bodyWire, timedWire]) {
      if (sent === undefined || read === undefined || sent === read) continue
      const headers = send(sent, rightly(sent))
      const { profile } = read
      const { code, certain } = await diagnose({ headers, body, secret, profile, now })
      seen.push(`${code} ${certain}`)
    }
  }
  expect(seen).toEqual(Array(6).fill('other_profile true'))
})
