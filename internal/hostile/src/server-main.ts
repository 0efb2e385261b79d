/** A receiver in a process with a small heap, mounted as a user would mount it. Usage: node server-main.js express */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { webhookHandler as onExpress } from '@ainexlayer/webhooks-express'
import { webhookHandler as onFastify } from '@ainexlayer/webhooks-fastify'
import { webhookHandler as onHono } from '@ainexlayer/webhooks-hono'
import { webhookHandler as onNext } from '@ainexlayer/webhooks-next'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import type { Adapter, ServerReport } from './server-report.ts'

const adapter = process.argv[2] as Adapter
const report = (message: ServerReport): void => void process.send?.(message)

// Node would end the process: the run has to see it, and to go on.
process.on('unhandledRejection', (error) =>
  report({ kind: 'uncaught', message: `rejection: ${String(error)}` }),
)
process.on('uncaughtException', (error) => report({ kind: 'uncaught', message: String(error) }))

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const receiver = createReceiver({ secret: testSecret, diagnose: true, logger: quiet }).on(
  '*',
  (event) => report({ kind: 'handled', id: event.id }),
)

/** What many write behind a proxy: it throws where the header is absent. */
const remoteAddress = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined => {
  const forwarded = headers['x-forwarded-for']
  if (typeof forwarded !== 'string') throw new TypeError('there is no x-forwarded-for')
  return forwarded.split(',')[0]
}

const listenerOf = (name: Exclude<Adapter, 'fastify'>): RequestListener => {
  switch (name) {
    case 'node':
      return nodeListener(receiver, { remoteAddress })
    case 'express':
      return express().post('/', onExpress(receiver, { remoteAddress }))
    case 'hono':
      return getRequestListener(new Hono().post('/', onHono(receiver)).fetch)
    case 'next':
      return getRequestListener(onNext(receiver))
  }
}

if (adapter === 'fastify') {
  const app = Fastify()
  await app.register(onFastify, { receiver, url: '/' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  report({ kind: 'listening', port: (app.server.address() as AddressInfo).port })
} else {
  const server = createServer(listenerOf(adapter))
  server.listen(0, '127.0.0.1', () =>
    report({ kind: 'listening', port: (server.address() as AddressInfo).port }),
  )
}

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
process.on('message', () => {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  const blockedMs = delay.max / 1e6
  delay.reset()
  report({ kind: 'sample', rss, heap: heapUsed, buffers: arrayBuffers, blockedMs })
})
process.on('disconnect', () => process.exit())
