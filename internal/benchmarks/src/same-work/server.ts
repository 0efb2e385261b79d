/** One server that does the same work, in its own process: `node same-work.mjs <framework> <variant>`. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { webhookHandler as onExpress } from '@ainexlayer/webhooks-express'
import { webhookHandler as onFastify } from '@ainexlayer/webhooks-fastify'
import { webhookHandler as onHono } from '@ainexlayer/webhooks-hono'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { receiverOf, type Variant, workOf } from './work.ts'

const [framework = '', variant = 'bare'] = process.argv.slice(2) as [string, Variant]
const receiver = receiverOf(variant)
const work = workOf(variant)

const expressListener = (): RequestListener => {
  const app = express()
  if (receiver) app.post('/', onExpress(receiver))
  else {
    app.post('/', express.raw({ type: '*/*' }), async (req, res) => {
      res.status(await work((name) => req.get(name), req.body)).send('ok')
    })
  }
  return app
}

const honoListener = (): RequestListener => {
  const app = new Hono()
  if (receiver) app.post('/', onHono(receiver))
  else {
    app.post('/', async (c) => {
      const body = Buffer.from(await c.req.arrayBuffer())
      const status = await work((name) => c.req.header(name), body)
      return new Response('ok', { status })
    })
  }
  return getRequestListener(app.fetch)
}

const nodeHttpListener = (): RequestListener => {
  if (receiver) return nodeListener(receiver)
  return (req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk) => chunks.push(chunk))
    req.on('end', async () => {
      const status = await work(
        (name) => req.headers[name] as string | undefined,
        Buffer.concat(chunks),
      )
      res.writeHead(status, { 'content-type': 'text/plain' }).end('ok')
    })
  }
}

const fastifyPort = async (): Promise<number> => {
  const app = Fastify()
  if (receiver) await app.register(onFastify, { receiver, url: '/' })
  else {
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    app.post('/', async (request, reply) => {
      const header = (name: string) => request.headers[name] as string | undefined
      return reply.code(await work(header, request.body as Buffer)).send('ok')
    })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** The part of Next that is used; Next is CommonJS and sets `module.exports`, which its types do not reflect. */
type NextServer = (options: { dev: boolean; dir: string; quiet: boolean }) => {
  prepare(): Promise<void>
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** Next's own server for Node, on the app that was built for it. */
const nextPort = async (): Promise<number> => {
  const next: NextServer = createRequire(import.meta.url)('next')
  const app = next({ dev: false, dir: process.env['BENCH_NEXT_APP'] ?? '.', quiet: true })
  await app.prepare()
  const handle = app.getRequestHandler()
  return listening((request, response) => void handle(request, response))
}

const listening = (listener: RequestListener): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer(listener)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

const listeners: Readonly<Record<string, () => RequestListener>> = {
  express: expressListener,
  hono: honoListener,
  'node:http': nodeHttpListener,
}
const listener = listeners[framework]
const port = await (listener !== undefined
  ? listening(listener())
  : framework === 'next'
    ? nextPort()
    : fastifyPort())
process.send?.(port)
// Read before and after each turn, to get the CPU time that the turn took.
process.on('message', () => process.send?.(process.cpuUsage()))
process.on('disconnect', () => process.exit())
