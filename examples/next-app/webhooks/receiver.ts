import { createReceiver } from '@ainexlayer/webhooks'
import { noteRun } from './handled'

// A function, because `next build` evaluates this file, and the secret is not in its environment.
export const receiver = createReceiver({ secret: () => process.env.AINEXLAYER_WEBHOOK_SECRET })

receiver.on('chat.message', (event, ctx) => {
  ctx.log.info({ workspaceId: event.data.workspaceId }, 'a message came in')
})
receiver.on('*', (event) => noteRun(event.id))
