import { webhookHandler } from '@ainexlayer/webhooks-fastify'
import fastify from 'fastify'
import { runsByEvent } from './handled.ts'
import { receiver } from './receiver.ts'

const port = Number(process.env['PORT'] ?? 3000)

const app = fastify()
// The app's other routes keep their JSON parser.
await app.register(webhookHandler, { receiver, url: '/webhooks/ainexlayer' })
app.get('/handled', () => runsByEvent())

const origin = await app.listen({ port, host: '127.0.0.1' })
console.log(`POST ${origin}/webhooks/ainexlayer`)
