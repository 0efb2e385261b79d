import { createReceiver } from '@ainexlayer/webhooks'
import { noteRun } from './handled.ts'

/** The receiver of this app, with its handlers. */
export const receiver = createReceiver({ secret: process.env['AINEXLAYER_WEBHOOK_SECRET'] })

receiver.on('chat.message', (event, ctx) => {
  const { workspaceId, conversationId } = event.data
  ctx.log.info({ workspaceId, conversationId }, 'a message came in')
})

receiver.on('document.*', (event, ctx) => {
  ctx.log.info({ documentId: event.data.id, workspaceId: event.data.workspaceId }, event.type)
})

receiver.on('*', (event) => noteRun(event.id))
