import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { describe, expect, test } from 'vitest'
import { sign, verifySignature } from '../../src/index.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const bodies = [
  '{"test": 2432232314}',
  '{"text":"héllo 😀"}',
  '{"price":"$& $$ $1"}',
  '[1.0, 9007199254740993]',
]

const published = {
  standardwebhooks: new StandardWebhook(secret),
  svix: new SvixWebhook(secret),
}

describe.each(Object.entries(published))('%s', (_, webhook) => {
  test.each(bodies)('signs %s and core accepts it', async (body) => {
    const now = new Date()
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign('msg_1', now, body),
    }
    expect(await verifySignature({ headers, body, secret })).toMatchObject({
      ok: true,
      id: 'msg_1',
    })
  })

  test.each(bodies)('accepts %s as core signs it', async (body) => {
    const headers = await sign({ id: 'msg_1', signedAt: new Date(), body, secret })
    expect(webhook.verify(body, headers)).toEqual(JSON.parse(body))
  })
})
