import { createApp } from './app.ts'
import { createHandled } from './handled.ts'
import { createAppReceiver } from './receiver.ts'

const handled = createHandled()
const receiver = createAppReceiver({ secret: process.env['AINEXLAYER_WEBHOOK_SECRET'] }, handled)
const port = Number(process.env['PORT'] ?? 3000)

const app = await createApp(receiver, handled)
const origin = await app.listen({ port, host: '127.0.0.1' })
console.log(`POST ${origin}/webhooks/ainexlayer`)
