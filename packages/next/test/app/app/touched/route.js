import { webhookHandler } from '@ainexlayer/webhooks-next'
import { receiver } from '../../slot.mjs'

const handle = webhookHandler(receiver)

export const POST = async (request) => handle(await globalThis.testTouch(request))
