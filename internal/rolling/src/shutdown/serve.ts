import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { AinexlayerEvents, Receiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { webhookHandler as onExpress } from '@ainexlayer/webhooks-express'
import { webhookHandler as onFastify } from '@ainexlayer/webhooks-fastify'
import { webhookHandler as onHono } from '@ainexlayer/webhooks-hono'
import { webhookHandler as onNext } from '@ainexlayer/webhooks-next'
import { getRequestListener, serve as serveHono } from '@hono/node-server'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import type { Adapter } from './service-process.ts'

/** A receiver on any store. */
type AnyReceiver = Receiver<AinexlayerEvents, unknown>

/** A server, stopped as the docs tell the users of its framework. */
export interface Served {
  readonly port: number
  stop(timeoutMs: number): Promise<void>
}

const onNode = async (receiver: AnyReceiver, listener: RequestListener): Promise<Served> => {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    stop: async (timeoutMs) => {
      await receiver.close({ timeoutMs })
      server.close()
      await pause(500)
      server.closeAllConnections()
    },
  }
}

/** Serves a receiver on a free loopback port. */
export const serve = async (
  adapter: Adapter,
  receiver: AnyReceiver,
  timeoutMs: number,
): Promise<Served> => {
  switch (adapter) {
    case 'node':
      return onNode(receiver, nodeListener(receiver))
    case 'express':
      return onNode(receiver, express().post('/', onExpress(receiver)))
    case 'next':
      return onNode(receiver, getRequestListener(onNext(receiver)))
    case 'hono': {
      const app = new Hono().post('/', onHono(receiver))
      const server = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
      await new Promise((listening) => server.once('listening', listening))
      return {
        port: (server.address() as AddressInfo).port,
        stop: async (ms) => {
          await receiver.close({ timeoutMs: ms })
          server.close()
          await pause(500)
          if ('closeAllConnections' in server) server.closeAllConnections()
        },
      }
    }
    case 'fastify': {
      const app = Fastify()
      await app.register(onFastify, { receiver, url: '/', closeTimeoutMs: timeoutMs })
      await app.listen({ port: 0, host: '127.0.0.1' })
      return { port: (app.server.address() as AddressInfo).port, stop: () => app.close() }
    }
  }
}
