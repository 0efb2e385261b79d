import { createServer } from 'node:http'
import {
  createReceiver,
  type EventOf,
  type Handler,
  type Logger,
  memoryStore,
} from '@ainexlayer/webhooks'
import { diagnose } from '@ainexlayer/webhooks/diagnose'
import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { jobVerdict } from '@ainexlayer/webhooks/queue'
import { eventKey, type IdempotencyStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { webRequest } from '@ainexlayer/webhooks/web'
import { bullmqDispatch, bullmqWorker } from '@ainexlayer/webhooks-bullmq'
import { createClient } from '@ainexlayer/webhooks-client'
import { platformHandlers } from '@ainexlayer/webhooks-client/msw'
import { verifyWebhook, webhookHandler } from '@ainexlayer/webhooks-express'
import { webhookHandler as fastifyHandler } from '@ainexlayer/webhooks-fastify'
import { verifyWebhook as honoVerify } from '@ainexlayer/webhooks-hono'
import { webhookHandler as lambdaHandler } from '@ainexlayer/webhooks-lambda'
import { webhookHandler as nextHandler } from '@ainexlayer/webhooks-next'
import { webhookHandler as pagesHandler } from '@ainexlayer/webhooks-next/pages'
import { bullmqState, observeQueue, otelChannels } from '@ainexlayer/webhooks-otel'
import { type PgBossLike, pgBossDispatch } from '@ainexlayer/webhooks-pg-boss'
import { type PostgresClient, postgresStore } from '@ainexlayer/webhooks-postgres'
import { type RedisClient, redisStore } from '@ainexlayer/webhooks-redis'
import {
  attemptDelivery,
  createMessage,
  createSender,
  systemClock,
} from '@ainexlayer/webhooks-sender'
import { type SqliteDatabase, sqliteStore } from '@ainexlayer/webhooks-sqlite'
import { Queue } from 'bullmq'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'

const logger: Logger = console
const receiver = createReceiver({ secret: testSecret, logger, store: memoryStore() })
export const notify: Handler<'chat.message'> = (event) => event.data.content?.toUpperCase()
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

export const stores = (
  redis: RedisClient,
  postgres: PostgresClient,
  db: SqliteDatabase,
): IdempotencyStore[] => [
  redisStore({ client: redis }),
  postgresStore({ client: postgres }),
  sqliteStore({ db }),
]
export const queues = (boss: PgBossLike) => {
  const connection = { host: '127.0.0.1', maxRetriesPerRequest: null }
  const queue = new Queue('webhooks', { connection })
  observeQueue('webhooks', bullmqState(queue))
  createReceiver({
    secret: testSecret,
    endpoint: 'billing',
    dispatch: bullmqDispatch(queue),
    channels: otelChannels(),
  })
  createReceiver({
    secret: testSecret,
    endpoint: 'billing',
    dispatch: pgBossDispatch(boss, { queue: 'webhooks' }),
  })
  return bullmqWorker(receiver, { queueName: 'webhooks', connection })
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
export const plugged = fastify().register(fastifyHandler, { receiver, url: '/webhooks' })
export const POST: (request: Request) => Promise<Response> = nextHandler(receiver)
export const pages = pagesHandler(receiver)
export const handler = lambdaHandler(receiver)
export const sender = createSender({ apiKey: 'key' })
export const client = createClient({ apiKey: 'key' })
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
export const mocked: number = platformHandlers().length
export const types: readonly string[] = Object.keys(ainexlayerEvents)
export const overHttp = async () =>
  fetch('http://127.0.0.1/', await signedRequest({ event: fixture('chat.message') }))
export const inParts = async (request: Request): Promise<unknown[]> => [
  await receiver.handle(webRequest(request)),
  jobVerdict(await receiver.work({})),
  await eventKey({ endpoint: 'default', scope: undefined, id: 'msg_1' }),
  await diagnose({
    ...(await signedRequest({ event: fixture('chat.message') })),
    secret: testSecret,
  }),
]
