import { webhookHandler } from '@ainexlayer/webhooks-hono'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { runsByEvent } from './handled.ts'
import { receiver } from './receiver.ts'

const port = Number(process.env['PORT'] ?? 3000)

const app = new Hono()
  .post('/webhooks/ainexlayer', webhookHandler(receiver))
  .get('/handled', (c) => c.json(runsByEvent()))

serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => {
  console.log(`POST http://127.0.0.1:${port}/webhooks/ainexlayer`)
})
