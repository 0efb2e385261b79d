import { createReceiver } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-hono'
import { Hono } from 'hono'

/** The bindings of this Worker. */
interface Env {
  readonly AINEXLAYER_WEBHOOK_SECRET: string
}

// One isolate only: a real Worker passes a `store` that all its isolates share.
const handled: Record<string, number> = {}

const receiver = createReceiver({
  // A Worker's secrets exist per request, so the receiver asks for them.
  secret: ({ env }) => (env as Env).AINEXLAYER_WEBHOOK_SECRET,
})

receiver.on('chat.message', (event, ctx) => {
  ctx.log.info({ workspaceId: event.data.workspaceId }, 'a message came in')
})
receiver.on('*', ({ id }) => {
  handled[id] = (handled[id] ?? 0) + 1
})

const app = new Hono<{ Bindings: Env }>()
  .post('/webhooks/ainexlayer', webhookHandler(receiver))
  .get('/handled', (c) => c.json(handled))

export { app as default }
