import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type DiagnosisCode, diagnose } from '../../src/diagnose/index.ts'
import {
  createReceiver,
  type Hooks,
  hmacBody,
  sign,
  standardWebhooks,
  type VerifyOptions,
} from '../../src/index.ts'
import { fixture, signedRequest } from '../../src/testing/index.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const bare = secret.slice(6)
const id = 'msg_1'
const timestamp = 1_700_000_000
const now = () => timestamp * 1000

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const json =
  '{"type":"chat.message","timestamp":"2024-01-15T10:30:00Z","data":{"z":1.0,"a":"é , : \\" x"}}'

/** Diagnoses what was signed as one body and arrived as another. */
const arrivedAs = async (
  signed: string | Uint8Array,
  arrived: string | Uint8Array,
  more: Partial<VerifyOptions> = {},
) => {
  const headers = await sign({ id, signedAt: timestamp, body: signed, secret })
  return diagnose({ headers, body: arrived, secret, now, ...more })
}

const codeOf = async (diagnosing: Promise<{ code: DiagnosisCode; certain: boolean }>) => {
  const { code, certain } = await diagnosing
  return certain ? code : `${code}?`
}

test('a clean request gets ok, and every check passes', async () => {
  const diagnosis = await arrivedAs(json, json)
  expect(diagnosis).toMatchObject({ ok: true, code: 'ok', certain: true })
  expect(diagnosis.checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['body', true],
    ['secret', true],
    ['headers', true],
    ['timestamp', true],
    ['signature', true],
  ])
})

describe('the body was changed on the way', () => {
  const pretty = JSON.stringify(JSON.parse(json), null, 2)
  const minified = JSON.stringify(JSON.parse(json))
  const cases: [DiagnosisCode, string, string | Uint8Array, string | Uint8Array][] = [
    ['body_pretty_printed', 'minified JSON arrives pretty', minified, pretty],
    [
      'body_pretty_printed',
      'minified JSON arrives with four spaces',
      minified,
      JSON.stringify(JSON.parse(json), null, 4),
    ],
    [
      'body_pretty_printed',
      'JSON with 1.0 arrives with spaces',
      json,
      json.replace('"type":', '"type": '),
    ],
    ['body_minified', 'pretty JSON arrives minified', pretty, minified],
    [
      'body_minified',
      'JSON with tabs arrives minified',
      JSON.stringify(JSON.parse(json), null, '\t'),
      minified,
    ],
    [
      'body_minified',
      'JSON as Python writes it arrives minified',
      '{"a": 1, "b": [1, 2]}',
      '{"a":1,"b":[1,2]}',
    ],
    ['body_newline_added', 'a line break at the end', json, `${json}\n`],
    ['body_newline_added', 'a CRLF at the end', json, `${json}\r\n`],
    ['body_newline_removed', 'the line break at the end is gone', `${json}\n`, json],
    ['body_whitespace_added', 'spaces around it', json, `  ${json} `],
    ['body_whitespace_removed', 'the space in front is gone', ` ${json}`, json],
    ['body_bom_added', 'a byte order mark in front', json, bytes(`\uFEFF${json}`)],
    ['body_bom_removed', 'the byte order mark is gone', bytes(`\uFEFF${json}`), json],
    ['body_crlf', 'LF became CRLF', '{\n"a":1\n}', '{\r\n"a":1\r\n}'],
    ['body_lf', 'CRLF became LF', '{\r\n"a":1\r\n}', '{\n"a":1\n}'],
    [
      'body_utf8_replaced',
      'an invalid byte was replaced',
      Uint8Array.from([0x7b, 0xff, 0x7d]),
      '{\uFFFD}',
    ],
    [
      'body_utf8_replaced',
      'the same byte was replaced twice',
      Uint8Array.from([0xe9, 0x2d, 0xe9]),
      '\uFFFD-\uFFFD',
    ],
    ['body_latin1', 'Latin-1 was written as UTF-8', Uint8Array.from([0x22, 0xe9, 0x22]), '"é"'],
    ['body_gzip', 'it arrives compressed', json, new Uint8Array(gzipSync(json))],
    ['body_object_object', 'a parsed object became a text', json, '[object Object]'],
  ]
  test.each(cases)('%s: %s', async (code, _, signed, arrived) => {
    expect(await codeOf(arrivedAs(signed, arrived))).toBe(code)
  })

  test('body_already_parsed: an object arrives', async () => {
    const parsed = JSON.parse(json) as unknown as string
    expect(await codeOf(arrivedAs(json, parsed))).toBe('body_already_parsed')
  })

  test('a change that nobody knows is no known mistake, and said to be a guess', async () => {
    expect(await codeOf(arrivedAs(json, json.replace('chat', 'chit')))).toBe('invalid_signature?')
  })
})

describe('the secret', () => {
  const signedWith = async (sender: string | Uint8Array, configured: VerifyOptions['secret']) => {
    const value = typeof sender === 'string' ? bytes(sender) : sender
    const headers = await sign({ id, signedAt: timestamp, body: json, secret: value })
    return codeOf(diagnose({ headers, body: json, secret: configured, now }))
  }
  const key = Buffer.from(bare, 'base64')
  const hex = key.toString('hex')

  test.each<[DiagnosisCode, string, string | Uint8Array, VerifyOptions['secret']]>([
    ['secret_is_utf8', 'the sender used the whole text', secret, secret],
    ['secret_is_utf8', 'the sender used the text without its prefix', bare, secret],
    ['secret_is_base64', 'it is configured as text', key, { value: bare, encoding: 'utf8' }],
    ['secret_is_hex', 'it is configured as text', key, { value: hex, encoding: 'utf8' }],
    ['secret_is_hex', 'it is configured as base64', key, { value: hex, encoding: 'base64' }],
    [
      'secret_whitespace',
      'the sender has a line break behind it',
      `${bare}\n`,
      { value: bare, encoding: 'utf8' },
    ],
    ['secret_whitespace', 'it is configured with whitespace', key, ` ${secret}\n`],
    ['secret_quotes', 'it is configured in quotes', key, `"${secret}"`],
    ['secret_v1_prefix', 'it is configured with v1, in front', key, `v1,${secret}`],
    ['secret_missing', 'it is an empty variable', key, ''],
  ])('%s: %s', async (code, _, sender, configured) => {
    expect(await signedWith(sender, configured)).toBe(code)
  })

  test('whitespace and quotes do not keep the request from verifying, and are named all the same', async () => {
    const headers = await sign({ id, signedAt: timestamp, body: json, secret })
    expect(await diagnose({ headers, body: json, secret: ` ${secret}`, now })).toMatchObject({
      ok: true,
      code: 'secret_whitespace',
    })
  })

  test('secret_malformed: no reading of it matches', async () => {
    expect(await signedWith(key, 'whsec_!!!')).toBe('secret_malformed?')
  })

  test('secret_expired and secret_not_yet_valid: another secret of the set, out of its window', async () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const outOf = (window: object) => [{ value: other }, { value: secret, id: 'old', ...window }]
    expect(await signedWith(key, outOf({ notAfter: new Date(now() - 1) }))).toBe('secret_expired')
    expect(await signedWith(key, outOf({ notBefore: new Date(now() + 1) }))).toBe(
      'secret_not_yet_valid',
    )
  })
})

describe('the headers', () => {
  test('svix_headers and webhook_headers: the other prefix', async () => {
    const svix = standardWebhooks({ headerPrefix: 'svix' })
    const asSvix = await sign({ id, signedAt: timestamp, body: json, secret, profile: svix })
    expect(await codeOf(diagnose({ headers: asSvix, body: json, secret, now }))).toBe(
      'svix_headers',
    )
    const plain = await sign({ id, signedAt: timestamp, body: json, secret })
    expect(await codeOf(diagnose({ headers: plain, body: json, secret, profile: svix, now }))).toBe(
      'webhook_headers',
    )
  })

  test('missing_header and malformed_header name the header', async () => {
    const { 'webhook-id': _, ...rest } = await sign({ id, signedAt: timestamp, body: json, secret })
    expect(await diagnose({ headers: rest, body: json, secret, now })).toMatchObject({
      code: 'missing_header',
      header: 'webhook-id',
    })
    expect(
      await diagnose({ headers: { ...rest, 'webhook-id': 'a.b' }, body: json, secret, now }),
    ).toMatchObject({ code: 'malformed_header', header: 'webhook-id' })
  })

  test('timestamp_in_milliseconds', async () => {
    const headers = await sign({ id, signedAt: timestamp * 1000, body: json, secret })
    expect(await codeOf(diagnose({ headers, body: json, secret, now }))).toBe(
      'timestamp_in_milliseconds',
    )
  })

  test('clock_ahead and clock_behind: by how much, and which way', async () => {
    const at = (seconds: number) =>
      arrivedAs(json, json, { now: () => (timestamp + seconds) * 1000 })
    expect(await at(3600)).toMatchObject({ code: 'clock_ahead', skewSeconds: -3600, certain: true })
    expect(await at(-400)).toMatchObject({ code: 'clock_behind', skewSeconds: 400, certain: true })
  })

  test('signature_is_hex: base64 is due', async () => {
    const headers = await sign({ id, signedAt: timestamp, body: json, secret })
    const signature = Buffer.from(headers['webhook-signature']?.slice(3) ?? '', 'base64')
    const arriving = (written: string) => {
      const changed = { ...headers, 'webhook-signature': written }
      return codeOf(diagnose({ headers: changed, body: json, secret, now }))
    }
    expect(await arriving(`v1,${signature.toString('hex')}`)).toBe('signature_is_hex')
    // Two things are otherwise: neither of them alone explains it.
    expect(await arriving(`sha256=${signature.toString('hex')}`)).toBe('mark_differs?')
  })

  test('signature_is_base64: hexadecimal is due', async () => {
    const headers = await sign({
      id,
      signedAt: timestamp,
      body: json,
      secret,
      profile: hmacBody({ encoding: 'base64' }),
    })
    const diagnosis = diagnose({ headers, body: json, secret, profile: hmacBody(), now })
    expect(await codeOf(diagnosis)).toBe('signature_is_base64')
  })

  test('id_not_signed and body_alone_signed: something is left out of what is signed', async () => {
    const headers = await sign({ id, signedAt: timestamp, body: json, secret })
    const signatureOver = async (content: string) => {
      const over = await sign({
        id,
        signedAt: timestamp,
        body: content,
        secret,
        profile: hmacBody({ prefix: 'v1,', encoding: 'base64' }),
      })
      return { ...headers, 'webhook-signature': over['x-ainexlayer-signature'] }
    }
    const withoutId = await signatureOver(`${timestamp}.${json}`)
    expect(await codeOf(diagnose({ headers: withoutId, body: json, secret, now }))).toBe(
      'id_not_signed',
    )
    const alone = await signatureOver(json)
    expect(await codeOf(diagnose({ headers: alone, body: json, secret, now }))).toBe(
      'body_alone_signed',
    )
  })
})

test('it never throws, and holds no secret, no signature and nothing of the body', async () => {
  const hostile = [undefined, null, 42, Promise.resolve(new Headers())]
  for (const headers of hostile) {
    const diagnosis = await diagnose({ headers: headers as unknown as Headers, body: json, secret })
    expect(diagnosis.ok).toBe(false)
  }
  const headers = await sign({ id, signedAt: timestamp, body: json, secret })
  const said = JSON.stringify(await arrivedAs(json, `${json}\n`))
  for (const private_ of [bare, headers['webhook-signature'] ?? '?', 'chat.message']) {
    expect(said).not.toContain(private_)
  }
})

describe('createReceiver({ diagnose: true })', () => {
  // The pause after a diagnosis is one for the process: each test begins after it.
  const pauseMs = 60_000
  let begun = 0
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
    begun += 10 * pauseMs
    vi.advanceTimersByTime(begun)
  })
  afterEach(() => vi.useRealTimers())

  const watched = (diagnosing: boolean) => {
    const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
    const onRejected = vi.fn<NonNullable<Hooks['onRejected']>>()
    const receiver = createReceiver({ secret, logger, diagnose: diagnosing, hooks: { onRejected } })
    return { receiver, logger, onRejected }
  }
  const reserialised = async () => {
    const { headers, body } = await signedRequest({ event: fixture('chat.message'), secret })
    return { method: 'POST', headers, body: `${String(body)}\n` }
  }

  test('the hook and the log are told of the mistake, the caller is not', async () => {
    const { receiver, logger, onRejected } = watched(true)
    const { status, body, headers } = await receiver.handle(await reserialised())
    expect({ status, body, headers }).toEqual({
      status: 401,
      body: '{"error":"invalid_signature"}',
      headers: { 'content-type': 'application/json' },
    })
    await vi.waitFor(() => expect(onRejected).toHaveBeenCalledOnce())
    const told = { diagnosis: { code: 'body_newline_added', certain: true } }
    expect(onRejected.mock.calls[0]?.[0]).toMatchObject(told)
    expect(logger.warn.mock.calls[0]?.[0]).toMatchObject(told)
  })

  test('a flood is diagnosed once, for all receivers, and each refusal is told all the same', async () => {
    const receivers = Array.from({ length: 20 }, () => watched(true))
    for (const { receiver } of receivers) await receiver.handle(await reserialised())
    for (const { onRejected } of receivers) {
      await vi.waitFor(() => expect(onRejected).toHaveBeenCalledOnce())
    }
    const diagnosed = receivers.filter(
      ({ onRejected }) => onRejected.mock.calls[0]?.[0].diagnosis !== undefined,
    )
    expect(diagnosed).toHaveLength(1)
  })

  test('the pause is counted from the end of a diagnosis, however long its secret took', async () => {
    const onRejected = vi.fn<NonNullable<Hooks['onRejected']>>()
    let answer = (_: string): void => {}
    const slowly = () =>
      new Promise<string>((resolve) => {
        answer = resolve
      })
    let asked = 0
    // Asked once to verify, and once more to diagnose.
    const receiver = createReceiver({
      secret: () => (asked++ === 1 ? slowly() : secret),
      logger: { info: () => {}, warn: () => {}, error: () => {} },
      diagnose: true,
      hooks: { onRejected },
    })
    const told = async (times: number) => {
      await vi.waitFor(() => expect(onRejected).toHaveBeenCalledTimes(times))
      return onRejected.mock.lastCall?.[0].diagnosis?.code
    }
    await receiver.handle(await reserialised())
    await vi.waitFor(() => expect(asked).toBe(2))
    vi.advanceTimersByTime(1500)
    await receiver.handle(await reserialised())
    expect(await told(1)).toBeUndefined()
    answer(secret)
    expect(await told(2)).toBe('body_newline_added')
    vi.advanceTimersByTime(900)
    await receiver.handle(await reserialised())
    expect(await told(3)).toBeUndefined()
    vi.advanceTimersByTime(pauseMs)
    await receiver.handle(await reserialised())
    expect(await told(4)).toBe('body_newline_added')
  })

  test('a body above 64 KiB is not diagnosed', async () => {
    const { receiver, onRejected } = watched(true)
    const { headers, body } = await signedRequest({ event: fixture('chat.message'), secret })
    const large = `${String(body)}${' '.repeat(64 * 1024)}`
    await receiver.handle({ method: 'POST', headers, body: large })
    expect(onRejected.mock.calls[0]?.[0].diagnosis).toBeUndefined()
  })

  test('it is off unless it is asked for', async () => {
    const { receiver, onRejected } = watched(false)
    await receiver.handle(await reserialised())
    expect(onRejected.mock.calls[0]?.[0].diagnosis).toBeUndefined()
  })
})
