import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { createClient } from '@ainexlayer/webhooks-client'
import { createSender } from '@ainexlayer/webhooks-sender'
import { verifyEndpoint } from './verify-endpoint.ts'

const apiKey = 'development'
const sender = createSender({ apiKey, allowPrivateTargets: true })
const { url } = await sender.start()

// The secret exists only once the webhook is created, so the receiver asks for it with each request.
let secret = ''
const receiver = createReceiver({ secret: () => secret }).on('*', (event, ctx) => {
  ctx.log.info({ id: event.id }, event.type)
})
const server = createServer(nodeListener(receiver)).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const { port } = server.address() as AddressInfo

const { webhook, delivery, verified } = await verifyEndpoint(
  createClient({ apiKey, baseUrl: url }),
  `http://127.0.0.1:${port}/webhooks/ainexlayer`,
  async (fresh) => {
    secret = fresh
  },
)
console.log(`${webhook.id} → ${webhook.url}: ${delivery.status}`)
for (const { number, response, error, durationMs } of delivery.attempts) {
  console.log(
    `  attempt ${number}: ${response?.statusCode ?? error?.code}, ${durationMs.toFixed(0)} ms, ${response?.body ?? ''}`,
  )
}
server.close()
await sender.close()
process.exitCode = verified ? 0 : 1
