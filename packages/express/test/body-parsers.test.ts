import { createReceiver, type Logger } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import type { RunningServer } from '@ainexlayer/webhooks-conformance'
import express5, { type Express, type RequestHandler } from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn<Logger['error']>() }
const handled = vi.fn()
let server: RunningServer | undefined

afterEach(async () => {
  await server?.close()
  vi.clearAllMocks()
})

const versions: Record<string, typeof express5> = {
  'Express 5': express5,
  'Express 4': express4,
}

for (const [version, express] of Object.entries(versions)) {
  const serve = async (mount: (app: Express, webhooks: RequestHandler) => void) => {
    const receiver = createReceiver({ secret: testSecret, logger }).on('*', handled)
    const app = express()
    mount(app, webhookHandler(receiver))
    server = await listen(app, '/webhooks')
    return server
  }

  const deliver = async ({ origin }: RunningServer, contentType = 'application/json') => {
    const request = await signedRequest({
      event: fixture('chat.message', { content: 'héllo 😀' }),
      headers: { 'content-type': contentType },
    })
    const response = await fetch(`${origin}/webhooks`, {
      ...request,
      signal: AbortSignal.timeout(3000),
    })
    return { status: response.status, body: await response.text() }
  }

  const processed = { status: 200, body: '{"outcome":"processed"}' }
  const parsed = { status: 500, body: '{"error":"body_already_parsed"}' }

  describe(version, () => {
    test('express.json() after the webhook route', async () => {
      const running = await serve((app, webhooks) => {
        app.post('/webhooks', webhooks)
        app.use(express.json())
        app.post('/other', (req, res) => void res.json(req.body))
      })
      expect(await deliver(running)).toEqual(processed)
      const other = await fetch(`${running.origin}/other`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"a":1}',
      })
      expect(await other.json()).toEqual({ a: 1 })
    })

    test('mounted with use, as in NestJS, above a JSON parser for all', async () => {
      const running = await serve((app, webhooks) => {
        app.use('/webhooks', webhooks)
        app.use(express.json())
      })
      expect(await deliver(running)).toEqual(processed)
    })

    test('express.json() before it: answered at once, and the log has the line to change', async () => {
      const running = await serve((app, webhooks) => {
        app.use(express.json())
        app.post('/webhooks', webhooks)
      })
      expect(await deliver(running)).toEqual(parsed)
      expect(handled).not.toHaveBeenCalled()
      const [details] = logger.error.mock.calls[0] ?? []
      expect(details).toMatchObject({
        note: expect.stringContaining(
          'Move `app.post(path, webhookHandler(receiver))` above `app.use(express.json())`',
        ),
      })
    })

    test('express.json() before it, keeping the bytes in req.rawBody', async () => {
      const running = await serve((app, webhooks) => {
        app.use(
          express.json({
            verify: (req, _res, bytes) => {
              Object.assign(req, { rawBody: bytes })
            },
          }),
        )
        app.post('/webhooks', webhooks)
      })
      expect(await deliver(running)).toEqual(processed)
    })

    test('express.raw() before it: the Buffer in req.body is used', async () => {
      const running = await serve((app, webhooks) => {
        app.post('/webhooks', express.raw({ type: () => true }), webhooks)
      })
      expect(await deliver(running)).toEqual(processed)
    })

    test('express.raw() that skipped the content type: the stream is read', async () => {
      const running = await serve((app, webhooks) => {
        app.post('/webhooks', express.raw({ type: 'application/octet-stream' }), webhooks)
      })
      expect(await deliver(running)).toEqual(processed)
    })

    test('express.text() and express.urlencoded() before it lose the bytes', async () => {
      const running = await serve((app, webhooks) => {
        app.use(express.text(), express.urlencoded({ extended: false }))
        app.post('/webhooks', webhooks)
      })
      expect(await deliver(running, 'text/plain')).toEqual(parsed)
      expect(await deliver(running, 'application/x-www-form-urlencoded')).toEqual(parsed)
      expect(await deliver(running)).toEqual(processed)
    })

    test('a middleware that read the stream and kept nothing', async () => {
      const running = await serve((app, webhooks) => {
        app.use((req, _res, next) => {
          req.resume().on('end', next)
        })
        app.post('/webhooks', webhooks)
      })
      expect(await deliver(running)).toEqual(parsed)
    })

    test('an empty body behind express.json() is an empty body, not a parsed one', async () => {
      const running = await serve((app, webhooks) => {
        app.use(express.json())
        app.post('/webhooks', webhooks)
      })
      const { headers } = await signedRequest({ body: '', id: 'msg_empty' })
      const response = await fetch(`${running.origin}/webhooks`, {
        method: 'POST',
        headers,
        body: '',
      })
      expect(response.status).toBe(422)
    })
  })
}
