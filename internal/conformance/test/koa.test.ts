import { nodeListener } from '@ainexlayer/webhooks/node'
import bodyParser from '@koa/bodyparser'
import Koa, { type Middleware } from 'koa'
import koaBody from 'koa-body'
import { test } from 'vitest'
import { type StartServer, type TouchedBody, touchedBodyCase } from '../src/index.ts'
import { serve } from './serve.ts'

/** Koa, with the listener as its last middleware. */
const koaBehind =
  (before: Middleware): StartServer =>
  (receiver) => {
    const listener = nodeListener(receiver)
    const app = new Koa().use(before).use(async (ctx) => {
      ctx.respond = false
      await listener(ctx.req, ctx.res)
    })
    return serve(app.callback())
  }

const parsers: readonly (TouchedBody & { readonly before: Middleware })[] = [
  { name: 'Koa and nothing else', becomes: 'read', before: (_, next) => next() },
  {
    name: 'Koa’s @koa/bodyparser',
    becomes: 'lost',
    words: /Koa/,
    before: bodyParser({ jsonLimit: '2mb', jsonStrict: false }),
  },
  {
    name: 'Koa’s koa-body',
    becomes: 'lost',
    words: /Koa/,
    before: koaBody({ jsonLimit: '2mb', jsonStrict: false }),
  },
  {
    // It leaves the text as `rawBody` there.
    name: 'Koa’s @koa/bodyparser with patchNode',
    becomes: 'read',
    before: bodyParser({ jsonLimit: '2mb', jsonStrict: false, patchNode: true }),
  },
  {
    name: 'Koa’s koa-body with patchNode',
    becomes: 'lost',
    words: /^(?!.*express).*Koa/,
    before: koaBody({ jsonLimit: '2mb', jsonStrict: false, patchNode: true }),
  },
]

for (const { before, ...touched } of parsers) {
  const { name, run } = touchedBodyCase(touched)
  test(name, () => run(koaBehind(before)))
}
