import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet, type RunningServer } from '@ainexlayer/webhooks-conformance'
import express5, { type ErrorRequestHandler } from 'express'
import express4 from 'express4'
import { afterEach, expect, test } from 'vitest'
import { type VerifiedRequest, verifyWebhook, webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

let server: RunningServer | undefined
afterEach(() => server?.close())

const versions = [
  ['Express 5', express5],
  ['Express 4', express4],
] as const

test.each(versions)(
  '%s: the event is on the request and the user’s own route answers',
  async (_, express) => {
    const receiver = createReceiver({ secret: testSecret, logger: quiet })
    const app = express()
    app.post('/webhooks', verifyWebhook(receiver), express.json(), (req, res) => {
      const { rawBody } = req as typeof req & VerifiedRequest
      res.status(202).json({ type: req.webhook?.type, bytes: rawBody.length })
    })
    server = await listen(app, '/webhooks')
    const event = fixture('user.created')
    const request = await signedRequest({ event })
    const response = await fetch(`${server.origin}/webhooks`, {
      ...request,
      signal: AbortSignal.timeout(3000),
    })
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ type: 'user.created', bytes: request.body.length })
  },
)

test.each(versions)('%s: a refused request never reaches the route', async (_, express) => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet })
  const app = express()
  app.post('/webhooks', verifyWebhook(receiver), (_req, res) => void res.sendStatus(204))
  server = await listen(app, '/webhooks')
  const request = await signedRequest({ event: fixture('user.created') })
  const forged = await fetch(`${server.origin}/webhooks`, { ...request, body: '{}' })
  expect([forged.status, await forged.text()]).toEqual([401, '{"error":"invalid_signature"}'])
  const misfit = await fetch(
    `${server.origin}/webhooks`,
    await signedRequest({ event: { type: 'user.created', data: {} } }),
  )
  expect([misfit.status, await misfit.text()]).toEqual([422, '{"error":"invalid_payload"}'])
})

test('the whole handler may follow the verification', async () => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  const app = express5()
  app.post('/webhooks', verifyWebhook(receiver), webhookHandler(receiver))
  server = await listen(app, '/webhooks')
  const response = await fetch(
    `${server.origin}/webhooks`,
    await signedRequest({ event: fixture('user.created') }),
  )
  expect(await response.json()).toEqual({ outcome: 'processed' })
})

test('an allowlist sees the address that the app’s trust proxy setting gives', async () => {
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    allowAddress: (address) => address === '203.0.113.7',
  }).on('*', () => {})
  const statusWith = async (trustProxy: boolean) => {
    const app = express5()
    app.set('trust proxy', trustProxy)
    app.post('/webhooks', webhookHandler(receiver))
    const running = await listen(app, '/webhooks')
    const request = await signedRequest({
      event: fixture('user.created'),
      headers: { 'x-forwarded-for': '203.0.113.7' },
    })
    const { status } = await fetch(`${running.origin}/webhooks`, request)
    await running.close()
    return status
  }
  expect(await statusWith(false)).toBe(403)
  expect(await statusWith(true)).toBe(200)
})

test.each(versions)(
  '%s: what throws before the route is answered by the app',
  async (_, express) => {
    const receiver = createReceiver({ secret: testSecret, logger: quiet, allowAddress: () => true })
    const remoteAddress = () => {
      throw new Error('no such header')
    }
    const broken = { ...receiver, verifyRequest: () => Promise.reject(new Error('broken')) }
    const app = express()
    app.post('/handled', webhookHandler(receiver, { remoteAddress }))
    app.post('/verified', verifyWebhook(receiver, { remoteAddress }), (_req, res) => void res.end())
    app.post('/broken', verifyWebhook(broken), (_req, res) => void res.end())
    app.use(
      ((_error, _req, res, _next) =>
        void res.status(500).send('by the app')) satisfies ErrorRequestHandler,
    )
    server = await listen(app, '/')
    const answerOf = async (path: string) => {
      const request = await signedRequest({ event: fixture('user.login') })
      const response = await fetch(`${server?.origin}${path}`, request)
      return [response.status, await response.text()]
    }
    expect(await answerOf('/handled')).toEqual([403, '{"error":"address_not_allowed"}'])
    expect(await answerOf('/verified')).toEqual([403, '{"error":"address_not_allowed"}'])
    expect(await answerOf('/broken')).toEqual([500, 'by the app'])
  },
)
