/** The HTTP process: verifies, hands over to the queue, answers 202. */
import { webhookHandler } from '@ainexlayer/webhooks-express'
import express from 'express'
import { createAppReceiver } from './app-receiver.ts'
import { openEngine } from './open-engine.ts'

const engine = await openEngine()
const port = Number(process.env['PORT'] ?? 3000)

const app = express()
app.post('/webhooks/ainexlayer', webhookHandler(createAppReceiver(engine)))
app.get('/handled', async (_req, res) => {
  const counts: Record<string, number> = {}
  for (const { id } of await engine.runs()) counts[id] = (counts[id] ?? 0) + 1
  res.json(counts)
})

const server = app.listen(port, '127.0.0.1', () => {
  console.log(`POST http://127.0.0.1:${port}/webhooks/ainexlayer`)
  process.send?.('ready')
})
process.once('SIGTERM', () => server.close(() => void engine.close().then(() => process.exit())))
