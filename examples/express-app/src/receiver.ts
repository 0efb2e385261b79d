import { createReceiver, type ReceiverOptions } from '@ainexlayer/webhooks'
import type { Handled } from './handled.ts'

/** The receiver of this app, with its handlers. */
export const createAppReceiver = (options: ReceiverOptions, handled: Handled) => {
  const receiver = createReceiver(options)

  receiver.on('chat.message', (event, ctx) => {
    const { workspaceId, conversationId } = event.data
    ctx.log.info({ workspaceId, conversationId }, 'a message came in')
  })

  receiver.on('document.*', (event, ctx) => {
    ctx.log.info({ documentId: event.data.id, workspaceId: event.data.workspaceId }, event.type)
  })

  receiver.on('*', (event) => handled.count(event.id))

  return receiver
}
