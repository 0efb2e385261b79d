import assert from 'node:assert/strict'
import { createReceiver, isWebhookError, verify } from '@ainexlayer/webhooks'
import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { webhookHandler } from '@ainexlayer/webhooks-express'
import * as fastify from '@ainexlayer/webhooks-fastify'
import * as hono from '@ainexlayer/webhooks-hono'
import * as lambda from '@ainexlayer/webhooks-lambda'
import * as next from '@ainexlayer/webhooks-next'
import * as nextPages from '@ainexlayer/webhooks-next/pages'
import { instrumentWebhooks } from '@ainexlayer/webhooks-otel'
import { postgresStore } from '@ainexlayer/webhooks-postgres'
import { redisStore } from '@ainexlayer/webhooks-redis'
import { attemptDelivery, createMessage, systemClock } from '@ainexlayer/webhooks-sender'
import { sqliteStore } from '@ainexlayer/webhooks-sqlite'
import express from 'express'
import * as z from 'zod'

for (const adapter of [hono, fastify, lambda, next, nextPages]) {
  assert.equal(typeof adapter.webhookHandler, 'function')
}
instrumentWebhooks().disable()
assert.equal(typeof redisStore, 'function')
assert.equal(typeof postgresStore, 'function')
assert.equal(typeof sqliteStore, 'function')
const { diagnose } = await import('@ainexlayer/webhooks/diagnose')
assert.equal((await diagnose({ headers: {}, body: '', secret: testSecret })).code, 'missing_header')
assert.equal(Object.keys(ainexlayerEvents).length, 19)
assert.equal(typeof nodeListener, 'function')

const seen = []
const receiver = createReceiver({ secret: testSecret }).on('chat.message', ({ data }) => {
  seen.push(data.content)
})
const app = express()
app.post('/webhooks', webhookHandler(receiver))
const server = app.listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const url = `http://127.0.0.1:${server.address().port}/webhooks`
const { outcome } = await attemptDelivery({
  endpoint: { url, secrets: [testSecret] },
  message: createMessage(fixture('chat.message', { content: 'hello' })),
  number: 1,
  timeoutMs: 5000,
  clock: systemClock,
})
server.close()
assert.equal(outcome, 'delivered')
assert.deepEqual(seen, ['hello'])

const { headers } = await signedRequest({ event: fixture('chat.message') })
const error = await verify({ headers, body: '{}', secret: testSecret }).catch((e) => e)
assert.ok(isWebhookError(error) && error.code === 'invalid_signature')

// Core has the used part of zod built in: its schemas and the user's own zod still understand each other.
const { schema } = ainexlayerEvents['chat.message']
assert.ok(schema instanceof z.ZodObject)
assert.equal(z.toJSONSchema(schema).properties.role.examples[0], 'user')
const moody = schema.extend({ mood: z.enum(['glad', 'sad']) })
const sent = async (mood) => {
  const { type, ...rest } = fixture('chat.message')
  return signedRequest({ event: { ...rest, type, data: { ...rest.data, mood } } })
}
const moods = []
const own = createReceiver({
  secret: testSecret,
  events: { 'chat.message': moody, 'mine.ours': z.object({ of: schema }) },
}).on('chat.message', ({ data }) => moods.push(data.mood))
assert.equal((await own.handle(await sent('glad'))).outcome, 'processed')
assert.notEqual((await own.handle(await sent('bored'))).outcome, 'processed')
assert.deepEqual(moods, ['glad'])
assert.ok(moody.safeParse({}).error instanceof z.ZodError)
