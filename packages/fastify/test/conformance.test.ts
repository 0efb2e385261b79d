import {
  addressCases,
  forwardedCases,
  outcomeCases,
  type StartServer,
  transportCases,
} from '@ainexlayer/webhooks-conformance'
import fastify from 'fastify'
import { describe, test } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

const apps: Record<string, StartServer> = {
  'Fastify 5': async (receiver, host) => {
    const app = fastify()
    await app.register(webhookHandler, { receiver, url: '/webhooks' })
    return listen(app, '/webhooks', host)
  },
  'Fastify 5 under two prefixes and with a parser for everything': async (receiver, host) => {
    const app = fastify()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    await app.register(
      async (api) => {
        await api.register(webhookHandler, { receiver, url: '/ainexlayer', prefix: '/webhooks' })
      },
      { prefix: '/api' },
    )
    return listen(app, '/api/webhooks/ainexlayer', host)
  },
}

for (const [name, start] of Object.entries(apps)) {
  describe(name, () => {
    for (const { name, run } of [
      ...outcomeCases,
      ...transportCases,
      ...addressCases,
      ...forwardedCases('socket'),
    ]) {
      test(name, () => run(start))
    }
  })
}
