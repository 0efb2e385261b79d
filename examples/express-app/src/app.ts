import type { Receiver } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-express'
import express, { type Express } from 'express'
import type { Handled } from './handled.ts'

/** The app: one route for the webhooks, and the app's own routes with their JSON parser behind it. */
export const createApp = (receiver: Receiver, handled: Handled): Express => {
  const app = express()
  app.post('/webhooks/ainexlayer', webhookHandler(receiver))
  app.use(express.json())
  app.get('/handled', (_req, res) => {
    res.json(handled.all())
  })
  return app
}
