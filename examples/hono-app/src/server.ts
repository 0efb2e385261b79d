import { serve } from '@hono/node-server'
import { createApp } from './app.ts'
import { createHandled } from './handled.ts'
import { createAppReceiver } from './receiver.ts'

const handled = createHandled()
const receiver = createAppReceiver({ secret: process.env['AINEXLAYER_WEBHOOK_SECRET'] }, handled)
const port = Number(process.env['PORT'] ?? 3000)

serve({ fetch: createApp(receiver, handled).fetch, port, hostname: '127.0.0.1' }, () => {
  console.log(`POST http://127.0.0.1:${port}/webhooks/ainexlayer`)
})
