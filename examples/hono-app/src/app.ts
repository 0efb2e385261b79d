import type { Receiver } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-hono'
import { Hono } from 'hono'
import type { Handled } from './handled.ts'

/** The app: one route for the webhooks, and the app's own routes. */
export const createApp = (receiver: Receiver, handled: Handled): Hono =>
  new Hono()
    .post('/webhooks/ainexlayer', webhookHandler(receiver))
    .get('/handled', (c) => c.json(handled.all()))
