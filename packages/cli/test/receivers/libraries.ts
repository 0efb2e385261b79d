import express from 'express'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { secrets } from '../running.ts'
import { createCounter, started } from './started.ts'

/** An app on a library that verifies, and does nothing else. */
const onLibrary = (verify: (body: string, headers: Record<string, string>) => unknown) => {
  const { runs, note } = createCounter()
  const app = express()
  app.get('/handled', (_req, res) => void res.json(runs))
  app.post('/webhooks', express.raw({ type: '*/*', limit: '1mb' }), (req, res) => {
    try {
      const headers = Object.fromEntries(
        Object.entries(req.headers).map(([name, value]) => [name, String(value)]),
      )
      const body: string = Buffer.isBuffer(req.body) ? req.body.toString() : ''
      verify(body, headers)
      note(JSON.parse(body).id)
      res.sendStatus(204)
    } catch {
      res.sendStatus(400)
    }
  })
  return started(app)
}

/** A receiver on the published `standardwebhooks` alone. */
export const onStandardWebhooks = () => {
  const webhook = new StandardWebhook(secrets.test)
  return onLibrary((body, headers) => webhook.verify(body, headers))
}

/** A receiver on the published `svix` alone. */
export const onSvix = () => {
  const webhook = new SvixWebhook(secrets.test)
  return onLibrary((body, headers) => webhook.verify(body, headers))
}
