import { createServer } from 'node:http'
import { createReceiver, type EventOf, type Handler } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { fixture, signedRequest } from '@ainexlayer/webhooks/testing'
import { verifyWebhook, webhookHandler } from '@ainexlayer/webhooks-express'
import { webhookHandler as fastifyHandler } from '@ainexlayer/webhooks-fastify'
import { verifyWebhook as honoVerify } from '@ainexlayer/webhooks-hono'
import { webhookHandler as lambdaHandler } from '@ainexlayer/webhooks-lambda'
import { webhookHandler as nextHandler } from '@ainexlayer/webhooks-next'
import { attemptDelivery, createMessage, systemClock } from '@ainexlayer/webhooks-sender'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'

const receiver = createReceiver({ secret: process.env.AINEXLAYER_WEBHOOK_SECRET })
const notify: Handler<'chat.message'> = (event) => event.data.content?.toUpperCase()

receiver.on('chat.message', notify).on('document.*', (event) => {
  const id: string = event.data.id
  if (event.type === 'document.failed') return event.data.error?.code
  return id
})

// @ts-expect-error a misspelt event does not compile
receiver.on('chat.mesage', () => {})

const read = (event: EventOf<'user.login'>): string => {
  // @ts-expect-error a misspelt field does not compile
  event.data.usrId
  return event.data.userId
}

const app = express()
app.post('/webhooks', webhookHandler(receiver))
app.post('/verified', verifyWebhook(receiver), (req, res) => {
  const event = req.webhook
  if (event && !event.unknown && event.type === 'user.login') read({ ...event })
  res.sendStatus(204)
})
createServer(nodeListener(receiver))
new Hono().post('/', honoVerify(receiver), (c) => c.json({ type: c.var.webhook.type }))
export const POST: (request: Request) => Promise<Response> = nextHandler(receiver)
export const handler = lambdaHandler(receiver)
export const plugged = fastify().register(fastifyHandler, { receiver, url: '/webhooks' })

export const sent = async () =>
  attemptDelivery({
    endpoint: {
      url: 'http://127.0.0.1/',
      secrets: [(await signedRequest({ event: fixture('chat.message') })).method],
    },
    message: createMessage(fixture('chat.message')),
    number: 1,
    timeoutMs: 1000,
    clock: systemClock,
  })
