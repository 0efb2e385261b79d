/** One server of table 3, in its own process: `node server.mjs <framework> <verification>`. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver } from '@ainexlayer/webhooks'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { webhookHandler as onExpress } from '@ainexlayer/webhooks-express'
import { webhookHandler as onFastify } from '@ainexlayer/webhooks-fastify'
import { webhookHandler as onHono } from '@ainexlayer/webhooks-hono'
import { getRequestListener } from '@hono/node-server'
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Stripe from 'stripe'
import { Webhook } from 'svix'
import { verifyByHand } from '../hand-written.ts'

const [framework = '', verification = ''] = process.argv.slice(2)
const key = Buffer.from(testSecret.slice('whsec_'.length), 'base64')
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const svix = new Webhook(testSecret)
const stripe = new Stripe('sk_test_unused')
type Headers = Record<string, string | string[] | undefined>

/** Verifies in the way of the row; throws or returns false if the request is not genuine. */
const check = (headers: Headers, body: Buffer): boolean => {
  switch (verification) {
    case 'by hand':
      return verifyByHand(headers, body, key)
    case 'by hand, parsed':
      return verifyByHand(headers, body, key) && Boolean(JSON.parse(body.toString()))
    case 'svix':
      return Boolean(svix.verify(body, headers as Record<string, string>))
    case 'stripe':
      return Boolean(
        stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), testSecret),
      )
    default:
      return true
  }
}

const newReceiver = () =>
  createReceiver({ secret: testSecret, logger: quiet }).on('chat.message', () => {})

const expressListener = (): RequestListener => {
  const app = express()
  if (verification === 'core') app.post('/', onExpress(newReceiver()))
  else {
    app.post('/', express.raw({ type: '*/*' }), (req, res) => {
      res.status(check(req.headers, req.body) ? 200 : 401).send('ok')
    })
  }
  return app
}

const honoListener = (): RequestListener => {
  const app = new Hono()
  if (verification === 'core') app.post('/', onHono(newReceiver()))
  else {
    app.post('/', async (c) => {
      const body = Buffer.from(await c.req.arrayBuffer())
      return c.text('ok', check(c.req.header(), body) ? 200 : 401)
    })
  }
  return getRequestListener(app.fetch)
}

const octokitListener = (): RequestListener => {
  const webhooks = new Webhooks({ secret: testSecret })
  webhooks.on('ping', () => {})
  return createNodeMiddleware(webhooks, { path: '/' })
}

const report = (port: number): void => void process.send?.(port)

if (framework === 'fastify') {
  const app = Fastify()
  if (verification === 'core') await app.register(onFastify, { receiver: newReceiver(), url: '/' })
  else {
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_r, body, done) =>
      done(null, body),
    )
    app.post('/', async (request, reply) =>
      reply.code(check(request.headers, request.body as Buffer) ? 200 : 401).send('ok'),
    )
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  report((app.server.address() as AddressInfo).port)
} else {
  const listener =
    framework === 'express'
      ? expressListener()
      : framework === 'hono'
        ? honoListener()
        : octokitListener()
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => report((server.address() as AddressInfo).port))
}
// Read before and after each turn, to get the CPU time that the turn took.
process.on('message', () => process.send?.(process.cpuUsage()))
process.on('disconnect', () => process.exit())
