import type { Receiver } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-fastify'
import fastify, { type FastifyInstance } from 'fastify'
import type { Handled } from './handled.ts'

/** The app: one route for the webhooks, beside the app's own routes, which keep their JSON parser. */
export const createApp = async (receiver: Receiver, handled: Handled): Promise<FastifyInstance> => {
  const app = fastify()
  await app.register(webhookHandler, { receiver, url: '/webhooks/ainexlayer' })
  app.get('/handled', () => handled.all())
  return app
}
