import { ainexlayerEvents, createReceiver, type VerifiedEvent } from '@ainexlayer/webhooks'
import { Hono } from 'hono'
import { expectTypeOf, test } from 'vitest'
import { verifyWebhook, webhookHandler } from '../src/index.ts'

test('the event on the context is typed by the receiver’s catalog', () => {
  const receiver = createReceiver({ secret: 'whsec_' })
  new Hono().post('/', verifyWebhook(receiver), (c) => {
    expectTypeOf(c.var.webhook).not.toBeAny()
    expectTypeOf(c.var.webhook).toEqualTypeOf<VerifiedEvent>()
    expectTypeOf(c.var.rawBody).toEqualTypeOf<Uint8Array>()
    return c.body(null)
  })
  const events = { ...ainexlayerEvents, 'billing.paid': ainexlayerEvents['document.uploaded'] }
  const own = createReceiver({ secret: 'whsec_', events })
  new Hono().post('/', verifyWebhook(own), webhookHandler(own))
  new Hono().post('/', verifyWebhook(own), (c) => {
    const event = c.var.webhook
    switch (event.type) {
      case 'billing.paid':
        return c.json(event.data.size)
      case 'chat.message':
        return c.json(event.data.content)
      default:
        return c.json(event.type)
    }
  })
})
