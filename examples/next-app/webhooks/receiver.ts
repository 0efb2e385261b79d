import { createReceiver } from '@ainexlayer/webhooks'
import { handled } from './handled'

// A function, because `next build` evaluates this file where the secret is not in the environment.
export const receiver = createReceiver({ secret: () => process.env.AINEXLAYER_WEBHOOK_SECRET })

receiver.on('chat.message', (event, ctx) => {
  ctx.log.info({ workspaceId: event.data.workspaceId }, 'a message came in')
})
receiver.on('*', ({ id }) => {
  handled.set(id, (handled.get(id) ?? 0) + 1)
})
