import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  createReceiver,
  type Logger,
  type Receiver,
  type ReceiverOptions,
} from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import type { RunningServer } from '@ainexlayer/webhooks-conformance'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, test, vi } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn<Logger['error']>() }
const handled = vi.fn()
const running: RunningServer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ close }) => close()))
  vi.clearAllMocks()
})

const receiverWith = (options: Partial<ReceiverOptions> = {}): Receiver =>
  createReceiver({ secret: testSecret, logger, ...options }).on('*', handled)

const serve = async (app: FastifyInstance): Promise<RunningServer> => {
  const server = await listen(app, '/webhooks')
  running.push(server)
  return server
}

/** An app with what `before` adds, then the webhook route, then a JSON route. */
const serveBehind = async (
  before: (app: FastifyInstance) => void,
  options: Partial<ReceiverOptions> = {},
): Promise<RunningServer> => {
  const app = fastify()
  before(app)
  await app.register(webhookHandler, { receiver: receiverWith(options), url: '/webhooks' })
  app.post('/echo', (request) => ({ got: request.body }))
  return serve(app)
}

const deliver = async (
  { origin }: RunningServer,
  { path = '/webhooks', ...options }: { path?: string; headers?: Record<string, string> } = {},
) => {
  const event = fixture('chat.message', { content: 'héllo 😀' })
  const response = await fetch(origin + path, {
    ...(await signedRequest({ event, ...options })),
    signal: AbortSignal.timeout(3000),
  })
  return { status: response.status, body: await response.text() }
}

const echo = async ({ origin }: RunningServer) => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${origin}/echo`, { method: 'POST', headers, body: '{"a":1}' })
  return { status: response.status, body: await response.json() }
}

const processed = { status: 200, body: '{"outcome":"processed"}' }
const parsed = { status: 500, body: '{"error":"body_already_parsed"}' }
const echoed = { status: 200, body: { got: { a: 1 } } }

test('other routes keep their JSON parser, before and after it', async () => {
  const app = fastify()
  app.post('/before', (request) => ({ got: request.body }))
  await app.register(webhookHandler, { receiver: receiverWith(), url: '/webhooks' })
  app.post('/echo', (request) => ({ got: request.body }))
  const server = await serve(app)
  expect(await deliver(server)).toEqual(processed)
  expect(await echo(server)).toEqual(echoed)
  const before = await fetch(`${server.origin}/before`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  })
  expect(await before.json()).toEqual({ got: { a: 1 } })
})

test('a body without a content type is read like any other', async () => {
  const server = await serveBehind(() => {})
  const { headers, body } = await signedRequest({ event: fixture('chat.message') })
  const { 'content-type': _, ...untyped } = headers
  // `fetch` sets a content type for a string, and none for bytes.
  const response = await fetch(`${server.origin}/webhooks`, {
    method: 'POST',
    headers: untyped,
    body: Buffer.from(body),
  })
  expect(response.status).toBe(200)
})

test('Fastify’s body limit is not the receiver’s', async () => {
  const app = fastify({ bodyLimit: 16 })
  await app.register(webhookHandler, { receiver: receiverWith(), url: '/webhooks' })
  expect(await deliver(await serve(app))).toEqual(processed)
})

test('global content type parsers, by name, by pattern and for everything, are not called', async () => {
  const parser = vi.fn()
  const server = await serveBehind((app) => {
    app.removeContentTypeParser('application/json')
    for (const type of ['application/json', /^text\//, '*']) {
      app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
        parser(body)
        done(null, JSON.parse(String(body)))
      })
    }
  })
  expect(await deliver(server)).toEqual(processed)
  expect(await deliver(server, { headers: { 'content-type': 'text/plain' } })).toMatchObject({
    status: 200,
  })
  expect(parser).not.toHaveBeenCalled()
  expect(await echo(server)).toEqual(echoed)
})

test.each([
  [
    'a stream that the request flows through',
    (payload: Readable) => payload.pipe(new PassThrough()),
  ],
  [
    'a stream of the bytes it has read',
    async (payload: Readable) => Readable.from([await buffer(payload)]),
  ],
  [
    'a stream of the text it has read',
    async (payload: Readable) => Readable.from((await buffer(payload)).toString()),
  ],
])('a global preParsing hook that returns %s', async (_, replace) => {
  const server = await serveBehind((app) => {
    app.addHook('preParsing', async (_request, _reply, payload) =>
      Object.assign(await replace(payload as Readable), {
        receivedEncodedLength: Number(_request.headers['content-length']),
      }),
    )
  })
  expect(await deliver(server)).toEqual(processed)
  expect(await echo(server)).toEqual(echoed)
})

test('a global preParsing hook that reads the stream and keeps nothing is named in the log', async () => {
  const server = await serveBehind((app) => {
    app.addHook('preParsing', async (_request, _reply, payload) => {
      await buffer(payload)
    })
  })
  expect(await deliver(server)).toEqual(parsed)
  expect(handled).not.toHaveBeenCalled()
  const [details] = logger.error.mock.calls[0] ?? []
  expect(details).toMatchObject({ note: expect.stringContaining('`preParsing` hook') })
})

test('a plugin that keeps raw bodies as fastify-raw-body does leaves the route alone', async () => {
  const keepRawBodies = (app: FastifyInstance) => {
    app.addHook('onRoute', (route) => {
      const { rawBody } = (route.config ?? {}) as { rawBody?: boolean }
      if (rawBody === false) return
      route.preParsing = (request, _reply, payload, done) => {
        void buffer(payload).then((bytes) => Object.assign(request, { rawBody: bytes }))
        done(null, payload)
      }
    })
  }
  // A slow throttle gives such a plugin time to read the stream.
  const throttle = () => new Promise<undefined>((resolve) => setImmediate(resolve, undefined))
  const server = await serveBehind(keepRawBodies, { throttle })
  expect(await deliver(server)).toEqual(processed)
  expect(await echo(server)).toEqual(echoed)
})

test('a replaced stream is cut off at the receiver’s limit too', async () => {
  const app = fastify()
  app.addHook('preParsing', async (_request, _reply, payload) => payload.pipe(new PassThrough()))
  const receiver = receiverWith({ maxBodyBytes: 1000 })
  await app.register(webhookHandler, { receiver, url: '/webhooks' })
  const server = await serve(app)
  const body = 'x'.repeat(1024 * 1024)
  const response = await fetch(`${server.origin}/webhooks`, {
    ...(await signedRequest({ body, id: 'msg_large' })),
    signal: AbortSignal.timeout(3000),
  })
  expect([response.status, await response.text()]).toEqual([413, '{"error":"body_too_large"}'])
})

test('the prefixes of the scope and of register are before the url', async () => {
  const app = fastify()
  await app.register(
    async (api) => {
      const receiver = receiverWith()
      await api.register(webhookHandler, { receiver, url: '/ainexlayer', prefix: '/webhooks' })
    },
    { prefix: '/api' },
  )
  expect(await deliver(await serve(app), { path: '/api/webhooks/ainexlayer' })).toEqual(processed)
})

test('two receivers in one app, each with its own secret', async () => {
  const app = fastify()
  const other = 'whsec_b3RoZXItdGVzdC1vbmx5LXNlY3JldC0wMDAwMDA='
  await app.register(webhookHandler, { receiver: receiverWith(), url: '/one' })
  await app.register(webhookHandler, { receiver: receiverWith({ secret: other }), url: '/two' })
  const server = await serve(app)
  expect(await deliver(server, { path: '/one' })).toEqual(processed)
  expect(await deliver(server, { path: '/two' })).toMatchObject({ status: 401 })
})

test('the app’s hooks run around it, and their headers are on the answer', async () => {
  const order: string[] = []
  const server = await serveBehind((app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('x-request-id', 'r-1')
      order.push('onRequest')
    })
    app.addHook('preHandler', async () => void order.push('preHandler'))
    app.addHook('onResponse', async (_request, reply) => void order.push(`${reply.statusCode}`))
  })
  const request = await signedRequest({ event: fixture('user.login') })
  const response = await fetch(`${server.origin}/webhooks`, request)
  expect(response.headers.get('x-request-id')).toBe('r-1')
  expect(response.headers.get('content-type')).toBe('application/json')
  await vi.waitFor(() => expect(order).toEqual(['onRequest', 'preHandler', '200']))
})

test('a preHandler hook may refuse before the receiver sees the request', async () => {
  const server = await serveBehind((app) => {
    app.addHook('preHandler', async (_request, reply) => reply.code(418).send({ no: true }))
  })
  expect(await deliver(server)).toEqual({ status: 418, body: '{"no":true}' })
  expect(handled).not.toHaveBeenCalled()
})

test('app.inject delivers without a server', async () => {
  const app = fastify()
  await app.register(webhookHandler, { receiver: receiverWith(), url: '/webhooks' })
  const { method, headers, body } = await signedRequest({ event: fixture('user.login') })
  const payload = Buffer.from(body)
  const response = await app.inject({ method, url: '/webhooks', headers, payload })
  expect([response.statusCode, response.body]).toEqual([200, '{"outcome":"processed"}'])
})

test.each([
  [false, undefined, 403],
  [true, undefined, 200],
  [false, () => '203.0.113.7', 200],
] as const)(
  'trustProxy %s: an allowlist sees request.ip or the option',
  async (trustProxy, remoteAddress, status) => {
    const receiver = receiverWith({ allowAddress: (address) => address === '203.0.113.7' })
    const app = fastify({ trustProxy })
    const options = remoteAddress === undefined ? {} : { remoteAddress }
    await app.register(webhookHandler, { receiver, url: '/webhooks', ...options })
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    expect(await deliver(await serve(app), { headers })).toMatchObject({ status })
  },
)

test('a remoteAddress option that throws is an unknown address', async () => {
  const app = fastify()
  const receiver = receiverWith({ allowAddress: () => true })
  const remoteAddress = () => {
    throw new Error('no such header')
  }
  await app.register(webhookHandler, { receiver, url: '/webhooks', remoteAddress })
  expect(await deliver(await serve(app))).toEqual({
    status: 403,
    body: '{"error":"address_not_allowed"}',
  })
})
