import { createServer } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  behindTouch,
  nodeTouches,
  type StartServer,
  type TouchedBody,
  touchedBodyCase,
} from '@ainexlayer/webhooks-conformance'
import fastify, { type FastifyInstance } from 'fastify'
import { test } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15))

interface Plugin extends TouchedBody {
  readonly before: (app: FastifyInstance) => void
}

const plugins: readonly Plugin[] = [
  {
    name: 'a hook with a listener for data',
    becomes: 'read',
    before: (app) => {
      app.addHook('onRequest', (request, _reply, done) => {
        request.raw.on('data', () => {})
        done()
      })
    },
  },
  {
    name: 'a hook with a listener for data, and one that takes its time',
    becomes: 'read',
    before: (app) => {
      app.addHook('onRequest', (request, _reply, done) => {
        request.raw.on('data', () => {})
        done()
      })
      app.addHook('preHandler', aWhile)
    },
  },
  {
    name: 'a preParsing hook that replaces the stream',
    becomes: 'read',
    before: (app) => {
      app.addHook('preParsing', async (_request, _reply, payload) =>
        payload.pipe(new PassThrough()),
      )
    },
  },
  {
    name: 'a preParsing hook that yields text',
    becomes: 'read',
    before: (app) => {
      app.addHook('preParsing', async (_request, _reply, payload) =>
        payload.pipe(new PassThrough()).setEncoding('utf8'),
      )
    },
  },
  {
    name: 'a preParsing hook that reads and keeps nothing',
    becomes: 'lost',
    words: /`preParsing` hook/,
    before: (app) => {
      app.addHook('preParsing', async (_request, _reply, payload) => {
        await buffer(payload as Readable)
      })
    },
  },
  {
    name: 'parsers for every content type',
    becomes: 'read',
    before: (app) => {
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
        done(null, body),
      )
    },
  },
]

for (const { before, ...touched } of plugins) {
  const { name, run } = touchedBodyCase(touched)
  const start: StartServer = async (receiver) => {
    const app = fastify()
    before(app)
    await app.register(webhookHandler, { receiver, url: '/webhooks' })
    return listen(app, '/webhooks')
  }
  test(name, () => run(start))
}

for (const { touch, ...touched } of nodeTouches) {
  const { name, run } = touchedBodyCase(touched)
  const start: StartServer = async (receiver) => {
    const app = fastify({
      serverFactory: (listener) => createServer(behindTouch(touch, listener)),
    })
    await app.register(webhookHandler, { receiver, url: '/webhooks' })
    return listen(app, '/webhooks')
  }
  test(name, () => run(start))
}
