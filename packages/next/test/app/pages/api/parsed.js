import { webhookHandler } from '@ainexlayer/webhooks-next/pages'
import { receiver } from '../../slot.mjs'

export default webhookHandler(receiver)
