import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type DiagnosisCode, diagnose } from '../../src/diagnose/index.ts'
import { hmacBody, type Profile, timestamped } from '../../src/index.ts'

const seconds = 1_700_000_000
const now = () => seconds * 1000
const secret = 'c7b1f7a06a3fd5ed7a2a9fcd1c7e4d9b'
const body = '{"type":"chat.message","data":{"a":"x"}}'

type Headers = Readonly<Record<string, string>>
type Make = (mac: (text: string, encoding?: 'hex' | 'base64') => string) => Headers

/** What is done otherwise, and the only right answer to it. */
type Mistake = readonly [
  what: string,
  make: Make,
  code: DiagnosisCode,
  certain: boolean,
  together?: string,
]

interface Sending {
  readonly name: string
  readonly profile: Profile
  readonly rightly: Make
  readonly mistakes: readonly Mistake[]
}

const inHeader = (value: string): Headers => ({ 'X-AINexLayer-Signature': value })
const timed = `${seconds}.${body}`
const slackHeaders = (value: string, time = String(seconds)): Headers => ({
  'X-Slack-Signature': value,
  'X-Slack-Request-Timestamp': time,
})
const slackText = `v0:${seconds}:${body}`
const paddle = (value: string): Headers => ({ 'Paddle-Signature': value })
const identified = (signature: string): Headers => ({
  'x-id': 'a',
  'x-timestamp': String(seconds),
  'x-ainexlayer-signature': `sha256=${signature}`,
})

const sendings: readonly Sending[] = [
  {
    name: 'hmacBody()',
    profile: hmacBody(),
    rightly: (mac) => inHeader(`sha256=${mac(body)}`),
    mistakes: [
      ['no mark', (mac) => inHeader(mac(body)), 'mark_missing', true],
      ['Sha256=', (mac) => inHeader(`Sha256=${mac(body)}`), 'mark_case', true],
      ['sha256:', (mac) => inHeader(`sha256:${mac(body)}`), 'mark_differs', true],
      ['sha-256=', (mac) => inHeader(`sha-256=${mac(body)}`), 'mark_differs', true],
      ['sha256', (mac) => inHeader(`sha256${mac(body)}`), 'mark_differs', true],
      [
        'another header',
        (mac) => ({ 'x-hub-signature-256': `sha256=${mac(body)}` }),
        'header_renamed',
        true,
      ],
      [
        'another header and no mark',
        (mac) => ({ 'x-hub-signature-256': mac(body) }),
        'header_renamed',
        false,
        'header_renamed and mark_missing',
      ],
      [
        'another header and base64',
        (mac) => ({ 'x-hub-signature-256': `sha256=${mac(body, 'base64')}` }),
        'header_renamed',
        false,
        'header_renamed and signature_is_base64',
      ],
      [
        'no mark and base64',
        (mac) => inHeader(mac(body, 'base64')),
        'mark_missing',
        false,
        'mark_missing and signature_is_base64',
      ],
    ],
  },
  {
    name: "hmacBody({ prefix: '' })",
    profile: hmacBody({ prefix: '' }),
    rightly: (mac) => inHeader(mac(body)),
    mistakes: [
      ['a mark', (mac) => inHeader(`v1=${mac(body)}`), 'mark_unexpected', true],
      ['base64', (mac) => inHeader(mac(body, 'base64')), 'signature_is_base64', true],
    ],
  },
  {
    name: 'timestamped()',
    profile: timestamped(),
    rightly: (mac) => inHeader(`t=${seconds},v1=${mac(timed)}`),
    mistakes: [
      ['ts=', (mac) => inHeader(`ts=${seconds},v1=${mac(timed)}`), 'time_field_differs', true],
      ['t:', (mac) => inHeader(`t:${seconds},v1=${mac(timed)}`), 'time_field_differs', true],
      ['T=', (mac) => inHeader(`T=${seconds},v1=${mac(timed)}`), 'time_field_case', true],
      ['no t=', (mac) => inHeader(`${seconds},v1=${mac(timed)}`), 'time_field_differs', true],
      [';', (mac) => inHeader(`t=${seconds};v1=${mac(timed)}`), 'field_separator_differs', true],
      ['&', (mac) => inHeader(`t=${seconds}&v1=${mac(timed)}`), 'field_separator_differs', true],
      [
        'a space',
        (mac) => inHeader(`t=${seconds} v1=${mac(timed)}`),
        'field_separator_differs',
        true,
      ],
      ['V1=', (mac) => inHeader(`t=${seconds},V1=${mac(timed)}`), 'mark_case', true],
      ['h1=', (mac) => inHeader(`t=${seconds},h1=${mac(timed)}`), 'mark_differs', true],
      ['no v1=', (mac) => inHeader(`t=${seconds},${mac(timed)}`), 'mark_missing', true],
      [
        'ts= and h1=',
        (mac) => inHeader(`ts=${seconds},h1=${mac(timed)}`),
        'time_field_differs',
        false,
        'time_field_differs and mark_differs',
      ],
      [
        'ts= and base64',
        (mac) => inHeader(`ts=${seconds},v1=${mac(timed, 'base64')}`),
        'time_field_differs',
        false,
        'time_field_differs and signature_is_base64',
      ],
      ['no timestamp', (mac) => inHeader(`v1=${mac(timed)}`), 'malformed_header', true],
      [
        'another header',
        (mac) => ({ 'Stripe-Signature': `t=${seconds},v1=${mac(timed)}` }),
        'header_renamed',
        true,
      ],
    ],
  },
  {
    name: 'timestamped as Paddle has it',
    profile: timestamped({
      header: 'Paddle-Signature',
      timestampField: 'ts',
      signatureField: 'h1',
      separator: ';',
      signed: '{timestamp}:{body}',
    }),
    rightly: (mac) => paddle(`ts=${seconds};h1=${mac(`${seconds}:${body}`)}`),
    mistakes: [
      [
        ',',
        (mac) => paddle(`ts=${seconds},h1=${mac(`${seconds}:${body}`)}`),
        'field_separator_differs',
        true,
      ],
      [
        't=',
        (mac) => paddle(`t=${seconds};h1=${mac(`${seconds}:${body}`)}`),
        'time_field_differs',
        true,
      ],
      [
        'v1=',
        (mac) => paddle(`ts=${seconds};v1=${mac(`${seconds}:${body}`)}`),
        'mark_differs',
        true,
      ],
      [
        'a dot',
        (mac) => paddle(`ts=${seconds};h1=${mac(timed)}`),
        'signed_with_other_separator',
        true,
      ],
      [
        'the body alone',
        (mac) => paddle(`ts=${seconds};h1=${mac(body)}`),
        'body_alone_signed',
        true,
      ],
    ],
  },
  {
    name: 'hmacBody as Slack has it',
    profile: hmacBody({
      header: 'X-Slack-Signature',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
      timestampHeader: 'X-Slack-Request-Timestamp',
    }),
    rightly: (mac) => slackHeaders(`v0=${mac(slackText)}`),
    mistakes: [
      ['no mark', (mac) => slackHeaders(mac(slackText)), 'mark_missing', true],
      ['V0=', (mac) => slackHeaders(`V0=${mac(slackText)}`), 'mark_case', true],
      [
        'v1:',
        (mac) => slackHeaders(`v0=${mac(`v1${slackText.slice(2)}`)}`),
        'signed_text_differs',
        true,
      ],
      [
        'no v0:',
        (mac) => slackHeaders(`v0=${mac(slackText.slice(3))}`),
        'signed_text_differs',
        true,
      ],
      [
        'dots',
        (mac) => slackHeaders(`v0=${mac(`v0.${seconds}.${body}`)}`),
        'signed_with_other_separator',
        true,
      ],
      ['no time', (mac) => slackHeaders(`v0=${mac(`v0:${body}`)}`), 'timestamp_not_signed', true],
      ['the body alone', (mac) => slackHeaders(`v0=${mac(body)}`), 'body_alone_signed', true],
      [
        'milliseconds',
        (mac) => slackHeaders(`v0=${mac(`v0:${seconds}000:${body}`)}`, `${seconds}000`),
        'timestamp_in_milliseconds',
        true,
      ],
      [
        'another header with the time',
        (mac) => ({
          'X-Slack-Signature': `v0=${mac(slackText)}`,
          'X-Request-Timestamp': String(seconds),
        }),
        'header_renamed',
        true,
      ],
    ],
  },
  {
    name: 'hmacBody with an id and a time',
    profile: hmacBody({
      idHeader: 'X-Id',
      timestampHeader: 'X-Timestamp',
      signed: '{id}.{timestamp}.{body}',
    }),
    rightly: (mac) => identified(mac(`a.${timed}`)),
    mistakes: [
      ['no id', (mac) => identified(mac(timed)), 'id_not_signed', true],
      ['no time', (mac) => identified(mac(`a.${body}`)), 'timestamp_not_signed', true],
      [
        'the other order',
        (mac) => identified(mac(`${seconds}.a.${body}`)),
        'signed_in_other_order',
        true,
      ],
      [
        'colons',
        (mac) => identified(mac(`a:${seconds}:${body}`)),
        'signed_with_other_separator',
        true,
      ],
    ],
  },
]

const macWith =
  (key: string) =>
  (text: string, encoding: 'hex' | 'base64' = 'hex'): string =>
    createHmac('sha256', key).update(text).digest(encoding)

describe.each(sendings)('$name', ({ profile, rightly, mistakes }) => {
  const diagnosed = (make: Make, key = secret) =>
    diagnose({ headers: make(macWith(key)), body, secret, profile, now })

  test('what is sent rightly is right', async () => {
    expect(await diagnosed(rightly)).toMatchObject({ ok: true, code: 'ok' })
  })

  test.for(mistakes)('%s', async ([, make, code, certain, together]) => {
    const diagnosis = await diagnosed(make)
    expect([diagnosis.code, diagnosis.certain]).toEqual([code, certain])
    if (together !== undefined) {
      expect(diagnosis.checks.at(-1)?.found).toBe(`genuine with ${together}`)
    }
  })

  test.for(mistakes)(
    'a forgery with the same mistake is no more than a guess: %s',
    async ([, make]) => {
      const { code, certain } = await diagnosed(make, 'another key of at least 24 bytes')
      const facts: readonly string[] = ['missing_header', 'malformed_header']
      expect(certain && !facts.includes(code)).toBe(false)
    },
  )
})
