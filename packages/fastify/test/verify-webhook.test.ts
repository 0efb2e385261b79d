import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet, type RunningServer } from '@ainexlayer/webhooks-conformance'
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import { afterEach, expect, test, vi } from 'vitest'
import { verifyWebhook, webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

let server: RunningServer | undefined
afterEach(() => server?.close())

const route = vi.fn()

/** An app with one scope whose requests are verified, and a JSON route outside it. */
const serve = async (routes: FastifyPluginAsync, prefix = ''): Promise<RunningServer> => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet })
  const app = fastify()
  await app.register(
    async (scope) => {
      await scope.register(verifyWebhook, { receiver })
      await scope.register(routes)
    },
    { prefix },
  )
  app.post('/echo', (request) => ({ got: request.body, event: request.webhook ?? 'none' }))
  server = await listen(app, `${prefix}/webhooks`)
  return server
}

const ownRoute = async (scope: FastifyInstance): Promise<void> => {
  scope.post('/webhooks', async (request, reply) => {
    route()
    const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array()
    const body = new TextDecoder().decode(bytes)
    return reply.code(202).send({ type: request.webhook?.type, body })
  })
}

const send = async ({ origin, path }: RunningServer, request: RequestInit) => {
  const signal = AbortSignal.timeout(3000)
  const response = await fetch(origin + path, { ...request, signal })
  return { status: response.status, body: await response.text() }
}

test.each(['', '/api'])(
  'prefix %j: the event is on the request and the user’s own route answers',
  async (prefix) => {
    const running = await serve(ownRoute, prefix)
    const event = fixture('user.created', { about: 'Zoë 😀' })
    for (const contentType of ['application/json', 'text/plain', 'application/x-odd']) {
      const request = await signedRequest({ event, headers: { 'content-type': contentType } })
      const { status, body } = await send(running, request)
      expect(status).toBe(202)
      expect(JSON.parse(body)).toEqual({ type: 'user.created', body: request.body })
    }
  },
)

test('a refused request never reaches the route', async () => {
  const running = await serve(ownRoute)
  route.mockClear()
  const request = await signedRequest({ event: fixture('user.created') })
  const forged = await send(running, { ...request, body: '{}' })
  expect(forged).toEqual({ status: 401, body: '{"error":"invalid_signature"}' })
  const large = await send(running, { ...request, body: 'x'.repeat(2 * 1024 * 1024) })
  expect(large).toEqual({ status: 413, body: '{"error":"body_too_large"}' })
  const misfit = await send(
    running,
    await signedRequest({ event: { type: 'user.created', data: {} } }),
  )
  expect(misfit).toEqual({ status: 422, body: '{"error":"invalid_payload"}' })
  expect(route).not.toHaveBeenCalled()
})

test('routes outside of the scope are neither verified nor without their parser', async () => {
  const running = await serve(ownRoute)
  const response = await fetch(`${running.origin}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  })
  expect(await response.json()).toEqual({ got: { a: 1 }, event: 'none' })
})

test('the whole handler may follow the verification', async () => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  const running = await serve(async (scope) => {
    await scope.register(webhookHandler, { receiver, url: '/webhooks' })
  })
  const { body } = await send(running, await signedRequest({ event: fixture('user.created') }))
  expect(body).toBe('{"outcome":"processed"}')
})

test('two scopes with two receivers in one app', async () => {
  const app = fastify()
  const other = 'whsec_b3RoZXItdGVzdC1vbmx5LXNlY3JldC0wMDAwMDA='
  for (const [prefix, secret] of [
    ['/one', testSecret],
    ['/two', other],
  ] as const) {
    const receiver = createReceiver({ secret, logger: quiet })
    await app.register(
      async (scope) => {
        await scope.register(verifyWebhook, { receiver, remoteAddress: () => '203.0.113.7' })
        await scope.register(ownRoute)
      },
      { prefix },
    )
  }
  server = await listen(app, '/one/webhooks')
  const request = await signedRequest({ event: fixture('user.created') })
  expect(await send(server, request)).toMatchObject({ status: 202 })
  expect(await send({ ...server, path: '/two/webhooks' }, request)).toMatchObject({ status: 401 })
})
