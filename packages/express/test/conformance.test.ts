import {
  addressCases,
  forwardedCases,
  outcomeCases,
  type StartServer,
  transportCases,
} from '@ainexlayer/webhooks-conformance'
import express5 from 'express'
import express4 from 'express4'
import { describe, test } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

const frameworks: Record<string, StartServer> = {
  'Express 5': (receiver, host) => {
    const app = express5()
    app.post('/webhooks', webhookHandler(receiver))
    return listen(app, '/webhooks', host)
  },
  'Express 4': (receiver, host) => {
    const app = express4()
    app.post('/webhooks', webhookHandler(receiver))
    return listen(app, '/webhooks', host)
  },
  'Express 5 under a router and a prefix': (receiver, host) => {
    const app = express5()
    const router = express5.Router()
    router.post('/ainexlayer', webhookHandler(receiver))
    app.use('/api/webhooks', router)
    return listen(app, '/api/webhooks/ainexlayer', host)
  },
}

for (const [framework, start] of Object.entries(frameworks)) {
  describe(framework, () => {
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
