import { ainexlayerEvents, createReceiver, type VerifiedEvent } from '@ainexlayer/webhooks'
import fastify from 'fastify'
import { expectTypeOf, test } from 'vitest'
import { verifyWebhook, webhookHandler } from '../src/index.ts'

const receiver = createReceiver({ secret: 'whsec_' })

test('the event on the request is typed', () => {
  fastify().post('/', (request) => {
    expectTypeOf(request.webhook).not.toBeAny()
    expectTypeOf(request.webhook).toEqualTypeOf<VerifiedEvent | undefined>()
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

test('a receiver with a catalog of its own fits', () => {
  const paid = ainexlayerEvents['user.created']
  const own = createReceiver({
    secret: 'whsec_',
    events: { ...ainexlayerEvents, 'billing.paid': paid },
  })
  void fastify().register(webhookHandler, { receiver: own, url: '/' })
  void fastify().register(verifyWebhook, { receiver: own })
})
