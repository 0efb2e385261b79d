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

test('a receiver with a catalog of its own fits', () => {
  const own = createReceiver({
    secret: 'whsec_',
    events: { ...ainexlayerEvents, 'billing.paid': z.object({ cents: z.number() }) },
  })
  express().post('/', verifyWebhook(own), webhookHandler(own))
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
