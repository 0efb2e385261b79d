import { ainexlayerEvents, createReceiver, type VerifiedEvent } from '@ainexlayer/webhooks'
import fastify from 'fastify'
import { expectTypeOf, test } from 'vitest'
import { type VerifiedRequest, verifyWebhook, webhookHandler } from '../src/index.ts'

const receiver = createReceiver({ secret: 'whsec_' })

test('the event on the request is typed', () => {
  fastify().post('/', (request) => {
    expectTypeOf(request.webhook).not.toBeAny()
    expectTypeOf(request.webhook).toEqualTypeOf<VerifiedEvent | undefined>()
  })
})

test('a switch over the type narrows the data of the event on the request', () => {
  fastify().post('/', (request) => {
    switch (request.webhook?.type) {
      case 'chat.message':
        return request.webhook.data.content
      default:
        return request.webhook?.type
    }
  })
})

test('the options are checked', () => {
  const app = fastify()
  void app.register(webhookHandler, { receiver, url: '/webhooks', prefix: '/api' })
  void app.register(webhookHandler, { receiver, url: '/', remoteAddress: ({ ip }) => ip })
  void app.register(verifyWebhook, { receiver })
  // @ts-expect-error: there is no default url
  void app.register(webhookHandler, { receiver })
  // @ts-expect-error: there is no default receiver
  void app.register(verifyWebhook, {})
})

test('a receiver with a catalog of its own fits, and VerifiedRequest types its events', () => {
  const events = { ...ainexlayerEvents, 'billing.paid': ainexlayerEvents['document.uploaded'] }
  const own = createReceiver({ secret: 'whsec_', events })
  void fastify().register(webhookHandler, { receiver: own, url: '/' })
  void fastify().register(verifyWebhook, { receiver: own })
  fastify().post('/', (request) => {
    const { webhook } = request as VerifiedRequest<typeof events>
    if (webhook.type === 'billing.paid')
      expectTypeOf(webhook.data.size).toEqualTypeOf<number | undefined>()
    if (webhook.type === 'user.login') expectTypeOf(webhook.data.userId).toEqualTypeOf<string>()
  })
})
