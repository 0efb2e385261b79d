import { webhookHandler } from '@ainexlayer/webhooks-next'
import { receiver } from '../../slot.mjs'

export const POST = async (request) => {
  await request.text()
  return webhookHandler(receiver)(request)
}
