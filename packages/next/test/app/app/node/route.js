import { webhookHandler } from '@ainexlayer/webhooks-next'
import { receiver } from '../../slot.mjs'

export const POST = webhookHandler(receiver)
