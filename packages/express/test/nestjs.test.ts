import 'reflect-metadata'
import type { RunningServer, StartServer } from '@ainexlayer/webhooks-conformance'
import { touchedBodyCase } from '@ainexlayer/webhooks-conformance'
import { Controller, Module, Post, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { test } from 'vitest'
import { webhookHandler } from '../src/index.ts'

/** Nest as its recipe has it, with the decorators called as the functions that they are. */
const nest =
  (rawBody: boolean): StartServer =>
  async (receiver): Promise<RunningServer> => {
    class Webhooks {
      readonly receive = webhookHandler(receiver)
    }
    Object.defineProperty(Webhooks.prototype, 'post', {
      value(this: Webhooks, ...args: Parameters<Webhooks['receive']>) {
        return this.receive(...args)
      },
    })
    const method = Object.getOwnPropertyDescriptor(Webhooks.prototype, 'post') ?? {}
    Controller('webhooks')(Webhooks)
    Post()(Webhooks.prototype, 'post', method)
    Req()(Webhooks.prototype, 'post', 0)
    Res()(Webhooks.prototype, 'post', 1)
    class App {}
    Module({ controllers: [Webhooks] })(App)
    const app = await NestFactory.create<NestExpressApplication>(App, { rawBody, logger: false })
    app.useBodyParser('json', { limit: '2mb', strict: false })
    await app.listen(0, '127.0.0.1')
    return {
      origin: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
      path: '/webhooks',
      close: async () => {
        app.getHttpServer().closeAllConnections()
        await app.close()
      },
    }
  }

const parsed = touchedBodyCase({
  name: 'NestJS’s own parser',
  becomes: 'lost',
  words: /NestJS/,
})
test(parsed.name, () => parsed.run(nest(false)))

const kept = touchedBodyCase({ name: 'NestJS with rawBody: true', becomes: 'read' })
test(kept.name, () => kept.run(nest(true)))
