import { createHmac, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { secrets } from '../running.ts'
import { createCounter, started } from './started.ts'

const key = Buffer.from(secrets.test.slice('whsec_'.length), 'base64')

const isRecent = (timestamp: string): boolean =>
  Math.abs(Date.now() / 1000 - Number(timestamp)) < 300

/** Written as people write it: `express.json()`, and `===` over JSON that is serialised again. */
export const jsonAndEquals = () => {
  const { runs, note } = createCounter()
  const app = express()
  app.use(express.json())
  app.get('/handled', (_req, res) => void res.json(runs))
  app.post('/webhooks', (req, res) => {
    const id = req.get('webhook-id')
    const timestamp = req.get('webhook-timestamp')
    const expected = createHmac('sha256', key)
      .update(`${id}.${timestamp}.${JSON.stringify(req.body)}`)
      .digest('base64')
    if (req.get('webhook-signature') !== `v1,${expected}`) {
      res.status(401).json({ error: 'bad signature' })
      return
    }
    note(req.body.id)
    res.json({ received: true })
  })
  return started(app)
}

/** Written as people write it: the raw body, but `timingSafeEqual` over texts of any length. */
export const rawAndThrows = () => {
  const { runs, note } = createCounter()
  const seen = new Set<string>()
  const app = express()
  app.get('/handled', (_req, res) => void res.json(runs))
  app.post('/webhooks', express.raw({ type: 'application/json', limit: '1mb' }), (req, res) => {
    const id = req.get('webhook-id') ?? ''
    const timestamp = req.get('webhook-timestamp') ?? ''
    if (!isRecent(timestamp)) return void res.sendStatus(400)
    const expected = `v1,${createHmac('sha256', key)
      .update(`${id}.${timestamp}.`)
      .update(req.body)
      .digest('base64')}`
    const signatures = (req.get('webhook-signature') ?? '').split(' ')
    if (!signatures.some((one) => timingSafeEqual(Buffer.from(one), Buffer.from(expected)))) {
      return void res.sendStatus(400)
    }
    if (!seen.has(id)) {
      seen.add(id)
      note(JSON.parse(req.body).id)
    }
    res.sendStatus(204)
  })
  return started(app)
}

/** Written as people write it: verified, but answered before an asynchronous handler that may fail, and a Set for ids. */
export const answersFirst = () => {
  const { runs, note } = createCounter()
  const seen = new Set<string>()
  let handled = 0
  const handle = async (id: string): Promise<void> => {
    await sleep(30)
    handled += 1
    if (handled % 5 === 0) throw new Error('the database is away')
    note(id)
  }
  const app = express()
  app.get('/handled', (_req, res) => void res.json(runs))
  app.post('/webhooks', express.raw({ type: '*/*', limit: '1mb' }), (req, res) => {
    const id = req.get('webhook-id') ?? ''
    const timestamp = req.get('webhook-timestamp') ?? ''
    const signatures = (req.get('webhook-signature') ?? '').split(' ')
    const expected = Buffer.from(
      `v1,${createHmac('sha256', key)
        .update(`${id}.${timestamp}.`)
        .update(Buffer.isBuffer(req.body) ? req.body : '')
        .digest('base64')}`,
    )
    const isGenuine = signatures.some((one) => {
      const bytes = Buffer.from(one)
      return bytes.length === expected.length && timingSafeEqual(bytes, expected)
    })
    if (!isGenuine || !/^[\w-]{1,256}$/.test(id) || !isRecent(timestamp)) {
      return void res.sendStatus(401)
    }
    res.sendStatus(200)
    if (seen.has(id)) return
    seen.add(id)
    handle(id).catch(() => {})
  })
  return started(app)
}
