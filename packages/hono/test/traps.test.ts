import { createReceiver, type SecretRequest } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet, type RunningServer } from '@ainexlayer/webhooks-conformance'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { afterEach, describe, expect, test } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { serve } from './serve.ts'

let server: RunningServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

const processed = [200, '{"outcome":"processed"}']
const parsed = [500, '{"error":"body_already_parsed"}']

const appBehind = (middleware: MiddlewareHandler) => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  return new Hono().use(middleware).post('/webhooks', webhookHandler(receiver))
}

const reading =
  (read: (c: Context) => Promise<unknown>): MiddlewareHandler =>
  async (c, next) => {
    await read(c)
    await next()
  }

const answer = async (response: Response) => [response.status, await response.text()]
const request = () => signedRequest({ event: fixture('chat.message', { content: 'héllo 😀' }) })

const ways = {
  'on Node': async (app: Hono) => {
    server = await serve(app, '/webhooks')
    return answer(
      await fetch(`${server.origin}/webhooks`, {
        ...(await request()),
        signal: AbortSignal.timeout(3000),
      }),
    )
  },
  'on a runtime with Request and Response': async (app: Hono) =>
    answer(await app.fetch(new Request('http://localhost/webhooks', await request()))),
}

describe.each(Object.entries(ways))('%s', (_, deliver) => {
  test.each<[string, (c: Context) => Promise<unknown>]>([
    ['text', (c) => c.req.text()],
    ['json', (c) => c.req.json()],
    ['arrayBuffer', (c) => c.req.arrayBuffer()],
    ['blob', (c) => c.req.blob()],
    ['parseBody', (c) => c.req.parseBody()],
    ['a clone of the request', (c) => c.req.raw.clone().text()],
  ])('a middleware that read the body as %s leaves its bytes', async (_name, read) => {
    expect(await deliver(appBehind(reading(read)))).toEqual(processed)
  })

  test.each<[string, (c: Context) => Promise<unknown>]>([
    ['as a form', (c) => c.req.formData().catch(() => {})],
    ['past Hono', (c) => c.req.raw.text()],
  ])('a middleware that read the body %s is named at once', async (_name, read) => {
    expect(await deliver(appBehind(reading(read)))).toEqual(parsed)
  })

  test('the body limit middleware of Hono may stand in front', async () => {
    expect(await deliver(appBehind(bodyLimit({ maxSize: 1024 * 1024 })))).toEqual(processed)
  })
})

test('under a base path and a mounted app', async () => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  const webhooks = new Hono().post('/ainexlayer', webhookHandler(receiver))
  const app = new Hono().basePath('/api').route('/webhooks', webhooks)
  const response = await app.fetch(
    new Request('http://localhost/api/webhooks/ainexlayer', await request()),
  )
  expect(await answer(response)).toEqual(processed)
})

test('the secret may come from the bindings of a Worker, and late work goes to waitUntil', async () => {
  let finish = (): void => {}
  const receiver = createReceiver({
    secret: ({ env }: SecretRequest<{ SECRET?: string }>) => env.SECRET,
    logger: quiet,
    deadlineMs: 5,
  }).on(
    '*',
    () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
  )
  const app = new Hono().post('/webhooks', webhookHandler(receiver))
  const works: Promise<unknown>[] = []
  const context = {
    waitUntil: (work: Promise<unknown>) => void works.push(work),
    passThroughOnException: () => {},
    props: {},
  }
  const signed = await request()
  const send = (env: object) =>
    app.fetch(new Request('http://localhost/webhooks', signed), env, context)
  expect((await send({})).status).toBe(500)
  expect((await send({ SECRET: testSecret })).status).toBe(503)
  finish()
  await works[0]
  expect(await answer(await send({ SECRET: testSecret }))).toEqual([200, '{"outcome":"duplicate"}'])
})

test('an allowlist sees the socket’s address on Node, and what the option says elsewhere', async () => {
  const seen: string[] = []
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    allowAddress: (address) => seen.push(address) > 0,
  }).on('*', () => {})
  server = await serve(new Hono().post('/webhooks', webhookHandler(receiver)), '/webhooks')
  await fetch(`${server.origin}/webhooks`, await request())
  const remoteAddress = () => '203.0.113.7'
  const elsewhere = new Hono().post('/webhooks', webhookHandler(receiver, { remoteAddress }))
  await elsewhere.fetch(new Request('http://localhost/webhooks', await request()))
  expect(seen).toEqual(['127.0.0.1', '203.0.113.7'])
})

describe.each(Object.entries(ways))('%s', (_, deliver) => {
  test('a body that a middleware kept is under maxBodyBytes too', async () => {
    const receiver = createReceiver({ secret: testSecret, logger: quiet, maxBodyBytes: 100 })
    // A proxy in between may have dropped the length: the bytes count.
    const app = new Hono()
      .use(reading((c) => c.req.arrayBuffer()))
      .use(async (c, next) => {
        Object.defineProperty(c.req.raw, 'headers', { value: new Headers() })
        await next()
      })
      .post('/webhooks', webhookHandler(receiver))
    expect(await deliver(app)).toEqual([413, '{"error":"body_too_large"}'])
  })

  test('a remoteAddress option that throws is an unknown address', async () => {
    const receiver = createReceiver({
      secret: testSecret,
      logger: quiet,
      allowAddress: () => true,
    })
    const remoteAddress = () => {
      throw new Error('no such header')
    }
    const app = new Hono().post('/webhooks', webhookHandler(receiver, { remoteAddress }))
    expect(await deliver(app)).toEqual([403, '{"error":"address_not_allowed"}'])
  })
})
