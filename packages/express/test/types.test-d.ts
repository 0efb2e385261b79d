import { ainexlayerEvents, createReceiver, type VerifiedEvent } from '@ainexlayer/webhooks'
import express from 'express'
import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { verifyWebhook, webhookHandler } from '../src/index.ts'

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
