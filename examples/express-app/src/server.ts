import { webhookHandler } from '@ainexlayer/webhooks-express'
import express from 'express'
import { runsByEvent } from './handled.ts'
import { receiver } from './receiver.ts'

const port = Number(process.env['PORT'] ?? 3000)

const app = express()
// Above the JSON parser: the webhook route reads the body itself.
app.post('/webhooks/ainexlayer', webhookHandler(receiver))
app.use(express.json())
app.get('/handled', (_req, res) => {
  res.json(runsByEvent())
})

app.listen(port, '127.0.0.1', () => {
  console.log(`POST http://127.0.0.1:${port}/webhooks/ainexlayer`)
})
