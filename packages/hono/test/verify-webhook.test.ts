import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet, type RunningServer } from '@ainexlayer/webhooks-conformance'
import { Hono } from 'hono'
import { afterEach, expect, test } from 'vitest'
import { verifyWebhook } from '../src/index.ts'
import { serve } from './serve.ts'

let server: RunningServer | undefined
afterEach(() => server?.close())

const app = new Hono().post(
  '/webhooks',
  verifyWebhook(createReceiver({ secret: testSecret, logger: quiet })),
  async (c) =>
    c.json(
      {
        type: c.var.webhook.type,
        bytes: c.var.rawBody.length,
        again: (await c.req.json<{ type: string }>()).type,
      },
      202,
    ),
)

test('the event is on the context, and the user’s own route answers', async () => {
  server = await serve(app, '/webhooks')
  const request = await signedRequest({ event: fixture('user.created') })
  const expected = { type: 'user.created', bytes: request.body.length, again: 'user.created' }
  for (const response of [
    await fetch(`${server.origin}/webhooks`, request),
    await app.fetch(new Request('http://localhost/webhooks', request)),
  ]) {
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual(expected)
  }
})

test('a refused request never reaches the route', async () => {
  const request = await signedRequest({ event: fixture('user.created') })
  const forged = await app.fetch(
    new Request('http://localhost/webhooks', { ...request, body: '{}' }),
  )
  expect([forged.status, await forged.text()]).toEqual([401, '{"error":"invalid_signature"}'])
})
