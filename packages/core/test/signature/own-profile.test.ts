import { expect, test } from 'vitest'
import { type Profile, safeVerify, sign } from '../../src/index.ts'

const secret = 'a secret that is long enough to be one'

/** The profile of docs/verification.md. */
const acme: Profile = {
  name: 'acme',
  secretEncoding: 'utf8',
  envelope: { type: 'event', timestamp: 'at', data: 'payload', id: 'id' },
  extract: (header) => {
    const signature = header('x-acme-signature')
    if (!signature) return { ok: false, code: 'missing_header', header: 'x-acme-signature' }
    return {
      ok: true,
      id: undefined,
      signedAt: undefined,
      prefix: '',
      signatures: [signature],
      mark: 'hmac=',
      encoding: 'hex',
    }
  },
  headers: async ({ hmac }) => ({
    'x-acme-signature': `hmac=${Buffer.from(await hmac('')).toString('hex')}`,
  }),
}

const body = JSON.stringify({
  event: 'user.logout',
  at: '2026-11-23T10:00:00.000Z',
  payload: { userId: 'user_1' },
  id: 'evt_1',
})

const check = async (alter: (signature: string) => string): Promise<string> => {
  const signed = await sign({ id: 'evt_1', signedAt: 0, body, secret, profile: acme })
  const headers = { 'x-acme-signature': alter(signed['x-acme-signature'] ?? '') }
  const result = await safeVerify({ headers, body, secret, profile: acme })
  return result.code ?? result.event.id
}

test('a profile of one’s own names signatures as they are written, and the verifier decodes them', async () => {
  expect(await check((signature) => signature)).toBe('evt_1')
  expect(await check((signature) => `hmac=${signature.slice(5).toUpperCase()}`)).toBe('evt_1')
})

test.each([
  ['without its mark', (signature: string) => signature.slice(5)],
  ['with another mark', (signature: string) => signature.replace('hmac=', 'HMAC=')],
  ['cut short', (signature: string) => signature.slice(0, -1)],
  ['with a letter too many', (signature: string) => `${signature}0`],
  ['with what is no digit', (signature: string) => `${signature.slice(0, -1)}g`],
  [
    'of other bytes',
    (signature: string) => signature.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
  ],
])('a signature %s is refused', async (_, alter) => {
  expect(await check(alter)).toBe('invalid_signature')
})
