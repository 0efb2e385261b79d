import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type InferenceInput, inferProfile } from '../../src/diagnose/index.ts'
import { sign, timestamped, verifySignature } from '../../src/index.ts'

const secret = 'a secret of more than twenty-four bytes'
const body = '{"id":"evt_1","type":"chat.message","data":{}}'
const mac = (text: string, hash = 'sha256', key = secret) =>
  createHmac(hash, key).update(text).digest('hex')

const infer = (headers: Record<string, string>, more: Partial<InferenceInput> = {}) =>
  inferProfile({ headers, body, secret, ...more })

describe('what is found', () => {
  test('is printed as a receiver of five lines', async () => {
    const headers = await sign({
      id: 'evt_1',
      signedAt: 1_700_000_000,
      body,
      secret,
      profile: timestamped({ header: 'X-Acme' }),
    })
    const { ok, message, matches } = await infer(headers)
    expect(ok).toBe(true)
    expect(message).toBe('HMAC-SHA256 in x-acme, over {timestamp}.{body}.')
    expect(matches[0]?.source?.split('\n')).toHaveLength(5)
    expect(matches[0]).toMatchObject({ replayWindow: true, idFrom: 'body', missing: [] })
  })

  test('says which values are not signed, and so not used', async () => {
    const headers = {
      'x-acme-signature': `sha256=${mac(body)}`,
      'x-acme-timestamp': '1700000000',
      'x-acme-delivery': 'd-1',
    }
    const { matches } = await infer(headers)
    expect(matches[0]).toMatchObject({ replayWindow: false, signed: '{body}' })
    expect(matches[0]?.missing).toEqual([
      expect.stringContaining('no replay window'),
      'The timestamp in x-acme-timestamp is not signed: it is not used.',
      'The id in x-acme-delivery is not signed: it is not used.',
    ])
  })

  test('may be what no profile can describe: then it says why', async () => {
    const behind = await infer({ 'x-sig': mac(`${body}1700000000`), 'x-time': '1700000000' })
    expect(behind.matches[0]).toMatchObject({ profile: undefined, signed: '{body}{timestamp}' })
    expect(behind.matches[0]?.missing[0]).toContain('behind the body')

    const fromBody = await infer({ 'x-sig': mac(`evt_1.${body}`) })
    expect(fromBody.matches[0]?.missing[0]).toContain('out of the body')

    const headers = { 'x-sig': mac(`push17${body}`), 'x-event': 'push', 'x-id': '17' }
    const { matches } = await infer(headers)
    expect(matches[0]?.missing[0]).toContain('nothing between')
  })

  test('knows the method and the path where the sender signs them', async () => {
    const headers = { 'x-sig': mac(`POST/hooks/in${body}`) }
    const { matches } = await infer(headers, { url: 'https://example.com/hooks/in' })
    expect(matches[0]?.signed).toBe('POST/hooks/in{body}')
    expect(matches[0]?.profile).toBeDefined()
  })

  test('is shown in one line, whatever is signed', async () => {
    const { message } = await infer({ 'x-sig': mac(`1700000000\n${body}`), 'x-time': '1700000000' })
    expect(message).toBe('HMAC-SHA256 in x-sig, over {timestamp}\\n{body}.')
  })

  test.each([
    ['HMAC-SHA256 Signature=', 'hex'],
    ['HMAC key1:', 'base64'],
  ] as const)('may stand in Authorization, behind `%s`', async (mark, encoding) => {
    const signature = createHmac('sha256', secret).update(body).digest(encoding)
    const authorization = `${mark}${signature}`
    const { matches } = await infer({ authorization })
    const [profile] = matches.flatMap((match) => match.profile ?? [])
    if (profile === undefined) throw new Error('no profile')
    const request = {
      headers: { authorization },
      secret: { value: secret, encoding: 'utf8' },
    } as const
    expect(await verifySignature({ ...request, body, profile })).toMatchObject({ ok: true })
    expect(await verifySignature({ ...request, body: `${body} `, profile })).toMatchObject({
      ok: false,
    })
  })

  test('does not depend on the quotes that an env file keeps around the secret', async () => {
    const { ok } = await infer({ 'x-sig': mac(body) }, { secret: `"${secret}"` })
    expect(ok).toBe(true)
  })

  test('holds no secret, no signature and nothing of the body', async () => {
    const headers = { 'x-sig': mac(body) }
    const text = JSON.stringify(await infer(headers))
    for (const hidden of [secret, mac(body), 'evt_1']) expect(text).not.toContain(hidden)
  })
})

describe('where nothing matches', () => {
  test('it says what was tried', async () => {
    const headers = { 'x-sig': mac('another body'), 'x-id': 'd-1' }
    const { ok, message, tried } = await infer(headers)
    expect(ok).toBe(false)
    expect(message).toContain('another secret')
    expect(tried).toMatchObject({ signatureHeaders: ['x-sig'], signedHeaders: ['x-id'] })
    expect(tried.hmacs).toBeGreaterThan(20)
    expect(tried.hmacs).toBeLessThanOrEqual(5000)
  })

  test('a request without a signature is said to have none', async () => {
    expect((await infer({ 'content-type': 'application/json' })).message).toContain('not signed')
  })

  test.each(['sha1', 'sha384', 'sha512'] as const)('an HMAC of %s is proven', async (hash) => {
    const { ok, otherAlgorithm } = await infer({ 'x-hub-signature': `${hash}=${mac(body, hash)}` })
    expect({ ok, otherAlgorithm }).toEqual({
      ok: false,
      otherAlgorithm: {
        name: `HMAC-${hash.toUpperCase()}`,
        header: 'x-hub-signature',
        proven: true,
      },
    })
  })

  test.each([
    ['x-signature', mac(body, 'sha256', 'another secret')],
    ['x-signature', `sha256=${mac(body, 'sha256', 'another secret')}`],
    ['x-signature', createHmac('sha256', 'another secret').update(body).digest('base64')],
    ['authorization', `HMAC key1:${createHmac('sha256', 'another').update(body).digest('base64')}`],
  ])(
    '%s as long as an HMAC-SHA256 of another secret is not taken for another algorithm',
    async (name, value) => {
      const { ok, message, otherAlgorithm } = await infer({ [name]: value })
      expect(ok).toBe(false)
      expect(otherAlgorithm).toBeUndefined()
      expect(message).toContain('another secret was used')
    },
  )

  test('ed25519, RSA and JWTs are told by their form', async () => {
    const ed = generateKeyPairSync('ed25519')
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const bytes = Buffer.from(body)
    const cases = {
      ed25519: `v1a,${signWith(null, bytes, ed.privateKey).toString('base64')}`,
      RSA: signWith('sha256', bytes, rsa.privateKey).toString('base64'),
      'a JWT': 'eyJhbGciOiJIUzI1NiJ9.eyJib2R5IjoiMSJ9.c2lnbmF0dXJlLW9mLWEtand0LXRva2Vu',
    }
    for (const [name, value] of Object.entries(cases)) {
      const { otherAlgorithm, message } = await infer({ 'x-acme-signature': value })
      expect(otherAlgorithm).toEqual({ name, header: 'x-acme-signature', proven: false })
      expect(message).toContain("not the HMAC-SHA256 that the platform's page promises")
    }
  })

  test('it never throws', async () => {
    const strange = [undefined, null, 5, Promise.resolve(new Headers()), [['a']], { a: {} }]
    for (const headers of strange as unknown as Headers[]) {
      expect((await inferProfile({ headers, body, secret })).ok).toBe(false)
    }
    const given = { headers: { 'x-sig': mac(body) } }
    expect((await inferProfile({ ...given, body: {} as unknown as string, secret })).ok).toBe(false)
    expect((await inferProfile({ ...given, body: 'x'.repeat(2 ** 21), secret })).ok).toBe(false)
    expect((await inferProfile({ ...given, body, secret: '' })).ok).toBe(false)
    expect((await inferProfile({ ...given, body, secret: 5 as unknown as string })).ok).toBe(false)
  })

  test('a request that is all signatures and ids is bounded', async () => {
    const headers: Record<string, string> = {}
    for (let i = 0; i < 60; i++) {
      headers[`x-sig-${i}`] = Array(50)
        .fill(mac(String(i)))
        .join(',')
      headers[`x-id-${i}`] = `id-${i}`
      headers[`x-time-${i}`] = String(1_700_000_000 + i)
    }
    const { ok, tried } = await infer(headers, { body: 'x'.repeat(1024 * 100) })
    expect(ok).toBe(false)
    expect(tried.hmacs).toBeLessThanOrEqual(5000)
  })
})
