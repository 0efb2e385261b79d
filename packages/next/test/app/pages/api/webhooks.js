import { webhookHandler } from '@ainexlayer/webhooks-next/pages'
import { receiver } from '../../slot.mjs'

export const config = { api: { bodyParser: false } }
export default webhookHandler(receiver)
