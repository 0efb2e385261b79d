import { webhookHandler } from '@ainexlayer/webhooks-next'
import { receiver } from '../../../webhooks/receiver'

export const POST = webhookHandler(receiver)
