import { createReceiver } from '@ainexlayer/webhooks'
import { webhookHandler } from '@ainexlayer/webhooks-next'

export const runtime = 'edge'

const receiver = createReceiver({ secret: () => process.env.EDGE_SECRET })
receiver.on('*', () => {})

export const POST = webhookHandler(receiver)
