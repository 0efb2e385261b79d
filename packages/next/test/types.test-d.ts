import { ainexlayerEvents, createReceiver, type VerifiedEvent } from '@ainexlayer/webhooks'
import type { NextApiHandler } from 'next'
import type { NextRequest } from 'next/server.js'
import { expectTypeOf, test } from 'vitest'
import { verifyWebhook, webhookHandler } from '../src/index.ts'
import { webhookHandler as pagesHandler } from '../src/pages.ts'

const receiver = createReceiver({ secret: () => undefined })

test('the handlers fit where Next wants them', () => {
  expectTypeOf(webhookHandler(receiver)).toExtend<(request: NextRequest) => Promise<Response>>()
  expectTypeOf(pagesHandler(receiver)).toExtend<NextApiHandler>()
})

test('the event is typed by the receiver’s catalog', () => {
  verifyWebhook(receiver, (_request, { webhook }) => {
    expectTypeOf(webhook).toEqualTypeOf<VerifiedEvent>()
    return new Response()
  })
  const events = { ...ainexlayerEvents, 'billing.paid': ainexlayerEvents['document.uploaded'] }
  const own = createReceiver({ secret: 'whsec_', events })
  webhookHandler(own)
  verifyWebhook(own, (_request, { webhook }) => {
    switch (webhook.type) {
      case 'billing.paid':
        return Response.json(webhook.data.size)
      case 'chat.message':
        return Response.json(webhook.data.content)
      default:
        return Response.json(webhook.type)
    }
  })
})
