import { ainexlayerEvents, createReceiver, type VerifiedEvent } from '@ainexlayer/webhooks'
import express from 'express'
import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { type VerifiedRequest, verifyWebhook, webhookHandler } from '../src/index.ts'

declare global {
  namespace Express {
    interface Request {
      /** As an app declares it that keeps the bytes itself: the package must leave this name to it. */
      rawBody?: Buffer
    }
  }
}

const receiver = createReceiver({ secret: 'whsec_' })

test('the event on the request is typed', () => {
  express().post('/', verifyWebhook(receiver), (req) => {
    expectTypeOf(req.webhook).not.toBeAny()
    expectTypeOf(req.webhook).toEqualTypeOf<VerifiedEvent | undefined>()
  })
})

test('a switch over the type narrows the data of the event on the request', () => {
  express().post('/', verifyWebhook(receiver), (req, res) => {
    switch (req.webhook?.type) {
      case 'chat.message':
        return res.send(req.webhook.data.content)
      default:
        return res.send(req.webhook?.type)
    }
  })
})

test('a receiver with a catalog of its own fits, and VerifiedRequest types its events', () => {
  const events = { ...ainexlayerEvents, 'billing.paid': z.object({ cents: z.number() }) }
  const own = createReceiver({ secret: 'whsec_', events })
  express().post('/', verifyWebhook(own), webhookHandler(own))
  express().post('/', verifyWebhook(own), (req) => {
    const { webhook } = req as VerifiedRequest<typeof events>
    if (webhook.type === 'billing.paid') expectTypeOf(webhook.data.cents).toEqualTypeOf<number>()
    if (webhook.type === 'user.login') expectTypeOf(webhook.data.userId).toEqualTypeOf<string>()
  })
})

test('the line that the log recommends compiles, in an app with a type of its own for rawBody', () => {
  express().use(
    express.json({
      verify: (req, _res, bytes) => {
        Object.assign(req, { rawBody: bytes })
      },
    }),
  )
  express().post('/', (req) => {
    expectTypeOf(req.rawBody).toEqualTypeOf<Buffer | undefined>()
  })
})

test('the bytes that verifyWebhook leaves are typed by VerifiedRequest', () => {
  expectTypeOf<VerifiedRequest>().toEqualTypeOf<{
    readonly webhook: VerifiedEvent
    readonly rawBody: Uint8Array
  }>()
})
