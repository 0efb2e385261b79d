import { createReceiver, type SecretRequest } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-hono'
import { Hono } from 'hono'

const handled: Record<string, number> = {}
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

// The secret is a binding on Workers, and an environment variable elsewhere.
const secretIn = ({
  env,
}: SecretRequest<{ readonly WEBHOOK_SECRET?: string } | undefined>): string | undefined =>
  env?.WEBHOOK_SECRET ?? process.env['WEBHOOK_SECRET']

const receiver = createReceiver({ secret: secretIn, logger: quiet })
receiver.on('*', ({ id }) => {
  handled[id] = (handled[id] ?? 0) + 1
})

/** One app for every runtime. */
export const app = new Hono()
  .post('/webhooks', webhookHandler(receiver))
  .get('/handled', (c) => c.json(handled))
