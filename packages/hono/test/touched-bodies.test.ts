import {
  behindTouch,
  nodeTouches,
  outcomeCases,
  type StartServer,
  type TouchedBody,
  touchedBodyCase,
  transportCases,
  webTouches,
} from '@ainexlayer/webhooks-conformance'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getRequestListener as getRequestListener1 } from 'node-server-1'
import { getRequestListener as getRequestListener113 } from 'node-server-1.13'
import { describe, test } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { type ListenerOf, serve } from './serve.ts'

const servers: Record<string, ListenerOf> = {
  '@hono/node-server 2': (fetch) => getRequestListener(fetch),
  '@hono/node-server 1': (fetch) => getRequestListener1(fetch),
  '@hono/node-server 1.13': (fetch) => getRequestListener113(fetch),
}

const doing =
  (touch: (c: Context) => unknown): MiddlewareHandler =>
  async (c, next) => {
    await touch(c)
    await next()
  }

/** Without a wait of its own. */
const doingAtOnce =
  (touch: (c: Context) => unknown): MiddlewareHandler =>
  (c, next) => {
    touch(c)
    return next()
  }

interface Middleware extends TouchedBody {
  readonly before: MiddlewareHandler
}

const words = /A middleware read the body and kept no bytes/

const middleware: readonly Middleware[] = [
  { name: 'bodyLimit()', becomes: 'read', before: bodyLimit({ maxSize: 2 * 1024 * 1024 }) },
  { name: 'a clone', becomes: 'read', before: doingAtOnce((c) => c.req.raw.clone()) },
  { name: 'a clone that is read', becomes: 'read', before: doing((c) => c.req.raw.clone().text()) },
  { name: 'a look at c.req.raw.body', becomes: 'read', before: doingAtOnce((c) => c.req.raw.body) },
  {
    name: 'a look at c.req.raw.body, and then a wait',
    becomes: 'read',
    before: doing((c) => {
      const { body } = c.req.raw
      return new Promise((resolve) => setTimeout(resolve, 15, body))
    }),
  },
  {
    name: 'a new Request in place of the old one',
    becomes: 'read',
    before: doingAtOnce((c) => {
      c.req.raw = new Request(c.req.raw)
    }),
  },
  {
    name: 'a new Request beside the old one',
    becomes: 'lost',
    words,
    before: doingAtOnce((c) => new Request(c.req.raw)),
  },
  { name: 'c.req.text()', becomes: 'read', before: doing((c) => c.req.text()) },
  { name: 'c.req.json()', becomes: 'read', before: doing((c) => c.req.json().catch(() => {})) },
  { name: 'c.req.arrayBuffer()', becomes: 'read', before: doing((c) => c.req.arrayBuffer()) },
  { name: 'c.req.blob()', becomes: 'read', before: doing((c) => c.req.blob()) },
  { name: 'c.req.parseBody()', becomes: 'read', before: doing((c) => c.req.parseBody()) },
  {
    name: 'c.req.text() that nobody waits for',
    becomes: 'read',
    before: doingAtOnce((c) => void c.req.text()),
  },
  {
    name: 'c.req.formData()',
    becomes: 'lost',
    words,
    before: doing((c) => c.req.formData().catch(() => {})),
  },
  { name: 'c.req.raw.text()', becomes: 'lost', words, before: doing((c) => c.req.raw.text()) },
  {
    name: 'c.req.raw.text() that nobody waits for',
    becomes: 'lost',
    words,
    before: doingAtOnce((c) => void c.req.raw.text()),
  },
]

const appBehind = (before: MiddlewareHandler, receiver: Parameters<StartServer>[0]) =>
  new Hono().use(before).post('/webhooks', webhookHandler(receiver))

describe.each(Object.entries(servers))('%s', (_, listenerOf) => {
  for (const { before, ...touched } of middleware) {
    const { name, run } = touchedBodyCase(touched)
    test(name, () =>
      run((receiver) => serve(appBehind(before, receiver), '/webhooks', undefined, listenerOf)),
    )
  }

  for (const { touch, ...touched } of nodeTouches) {
    const { name, run } = touchedBodyCase(touched)
    const behind: ListenerOf = (fetch) => behindTouch(touch, listenerOf(fetch))
    test(name, () =>
      run((receiver) =>
        serve(
          new Hono().post('/webhooks', webhookHandler(receiver)),
          '/webhooks',
          undefined,
          behind,
        ),
      ),
    )
  }

  for (const { name, run } of [...outcomeCases, ...transportCases]) {
    test(name, () =>
      run((receiver, host) =>
        serve(
          new Hono().post('/webhooks', webhookHandler(receiver)),
          '/webhooks',
          host,
          listenerOf,
        ),
      ),
    )
  }

  describe('with a web stream that something has begun', () => {
    for (const { name, run } of [...outcomeCases, ...transportCases]) {
      test(name, () =>
        run((receiver, host) =>
          serve(
            appBehind(
              doingAtOnce((c) => c.req.raw.body),
              receiver,
            ),
            '/webhooks',
            host,
            listenerOf,
          ),
        ),
      )
    }
  })
})

describe('receiver.fetch', () => {
  for (const { touch, ...touched } of webTouches) {
    const { name, run } = touchedBodyCase(touched)
    test(name, () =>
      run((receiver) =>
        serve(
          new Hono().post('/webhooks', async (c) => receiver.fetch(await touch(c.req.raw))),
          '/webhooks',
        ),
      ),
    )
  }

  for (const { name, run } of [...outcomeCases, ...transportCases]) {
    test(name, () =>
      run((receiver, host) =>
        serve(
          new Hono().post('/webhooks', (c) => receiver.fetch(c.req.raw)),
          '/webhooks',
          host,
        ),
      ),
    )
  }
})
