import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { safeVerify, sign, verifySignature } from '../../src/index.ts'
import { fixtures } from '../../src/testing/index.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const signedAt = 1614265330
const body = '{"test": 2432232314}'

test('signs the official Standard Webhooks vector', async () => {
  expect(await sign({ id, signedAt, body, secret })).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('verifies the official Standard Webhooks vector at its time', async () => {
  const headers = await sign({ id, signedAt, body, secret })
  const result = await verifySignature({ headers, body, secret, now: () => signedAt * 1000 })
  expect(result).toEqual({ ok: true, id, signedAt, secretId: 'secret-1' })
})

test('accepts what the published standardwebhooks package signs', async () => {
  const now = new Date()
  for (const event of Object.values(fixtures)) {
    const text = JSON.stringify(event)
    const headers = {
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(event.id, now, text),
    }
    expect(await safeVerify({ headers, body: text, secret })).toMatchObject({
      ok: true,
      event: { id: event.id, type: event.type, data: event.data },
    })
  }
})

test('the published standardwebhooks package accepts what it signs', async () => {
  for (const event of Object.values(fixtures)) {
    const text = JSON.stringify(event)
    const headers = await sign({ id: event.id, signedAt: new Date(), body: text, secret })
    expect(new Webhook(secret).verify(text, headers)).toEqual(event)
  }
})

test('takes a Date and rounds it down to the second', async () => {
  const headers = await sign({ id, signedAt: new Date(signedAt * 1000 + 999), body, secret })
  expect(headers['webhook-timestamp']).toBe('1614265330')
})

test.each([
  ['an id with a dot', { id: 'msg.1' }],
  ['an empty id', { id: '' }],
  ['an id with a space', { id: 'msg 1' }],
  ['a fractional timestamp', { signedAt: 161426533.5 }],
  ['a negative timestamp', { signedAt: -161426533 }],
  ['an invalid Date', { signedAt: new Date('never') }],
])('refuses to sign %s', async (_, wrong) => {
  const signing = sign({ id, signedAt, body, secret, ...wrong })
  await expect(signing).rejects.toMatchObject({
    name: 'WebhookConfigurationError',
    code: 'input_invalid',
  })
})
