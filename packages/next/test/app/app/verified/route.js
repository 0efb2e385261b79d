import { verifyWebhook } from '@ainexlayer/webhooks-next'
import { receiver } from '../../slot.mjs'

export const POST = verifyWebhook(receiver, (_request, { webhook, rawBody }) =>
  Response.json({ type: webhook.type, bytes: rawBody.length }, { status: 202 }),
)
