import { createReceiver } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-hono'
import { Hono } from 'hono'

const handled: Record<string, number> = {}
const quiet = { info: () => {}, warn: () => {}, error: () => {} }

// The secret is a binding on Workers, and an environment variable elsewhere.
const secretIn = (env: unknown): string | undefined =>
  (env as { WEBHOOK_SECRET?: string } | undefined)?.WEBHOOK_SECRET ?? process.env['WEBHOOK_SECRET']

const receiver = createReceiver({ secret: ({ env }) => secretIn(env), logger: quiet })
receiver.on('*', ({ id }) => {
  handled[id] = (handled[id] ?? 0) + 1
})

/** One app for every runtime. */
export const app = new Hono()
  .post('/webhooks', webhookHandler(receiver))
  .get('/handled', (c) => c.json(handled))
