import { createApp, createAppReceiver, createHandled } from './index.ts'

const handled = createHandled()
const receiver = createAppReceiver({ secret: process.env['AINEXLAYER_WEBHOOK_SECRET'] }, handled)
const port = Number(process.env['PORT'] ?? 3000)

createApp(receiver, handled).listen(port, '127.0.0.1', () => {
  console.log(`POST http://127.0.0.1:${port}/webhooks/ainexlayer`)
})
