import { createReceiver, type SecretRequest } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-hono'
import { Hono } from 'hono'
import { noteRun, runsByEvent } from './handled.ts'

/** The bindings of this Worker. */
interface Env {
  readonly AINEXLAYER_WEBHOOK_SECRET: string
}

// This app runs in one isolate: a deployed Worker passes a `store` that all its isolates share.
const receiver = createReceiver({
  // A Worker gets its secrets with each request, so the receiver asks for them then.
  secret: ({ env }: SecretRequest<Env>) => env.AINEXLAYER_WEBHOOK_SECRET,
})

receiver.on('chat.message', (event, ctx) => {
  ctx.log.info({ workspaceId: event.data.workspaceId }, 'a message came in')
})
receiver.on('*', (event) => noteRun(event.id))

const app = new Hono<{ Bindings: Env }>()
  .post('/webhooks/ainexlayer', webhookHandler(receiver))
  .get('/handled', (c) => c.json(runsByEvent()))

export { app as default }
