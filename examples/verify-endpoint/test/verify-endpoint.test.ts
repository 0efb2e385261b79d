import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { createClient } from '@ainexlayer/webhooks-client'
import { createSender } from '@ainexlayer/webhooks-sender'
import { expect, onTestFinished, test } from 'vitest'
import { verifyEndpoint } from '../src/verify-endpoint.ts'

const apiKey = 'test'

/** An app whose receiver takes whatever secret it is given. */
const startApp = async () => {
  const secret = { value: '' }
  const handled: string[] = []
  const logger = { info: () => {}, warn: () => {}, error: () => {} }
  const receiver = createReceiver({ secret: () => secret.value, logger }).on('*', ({ id }) => {
    handled.push(id)
  })
  const server = createServer(nodeListener(receiver)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { secret, handled, url: `http://127.0.0.1:${port}/webhooks/ainexlayer` }
}

const startClient = async () => {
  const sender = createSender({ apiKey, allowPrivateTargets: true })
  const { url } = await sender.start()
  onTestFinished(() => sender.close())
  return { sender, client: createClient({ apiKey, baseUrl: url }) }
}

test('an endpoint that is registered and knows its secret takes the test event, and then real ones', async () => {
  const { client, sender } = await startClient()
  const { url, secret, handled } = await startApp()
  const { webhook, delivery, verified } = await verifyEndpoint(client, url, async (fresh) => {
    secret.value = fresh
  })
  expect(verified).toBe(true)
  expect(delivery).toMatchObject({
    webhookId: webhook.id,
    eventType: 'webhook.test',
    trigger: 'test',
    attempts: [{ url, response: { statusCode: 200, body: '{"outcome":"unhandled"}' } }],
  })
  const { id } = await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  await sender.idle()
  expect(handled).toEqual([id])
})

test('an endpoint that was given another secret is not verified, and the log says what it answered', async () => {
  const { client } = await startClient()
  const { url, secret } = await startApp()
  const { delivery, verified } = await verifyEndpoint(client, url, async () => {
    secret.value = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  })
  expect(verified).toBe(false)
  expect(delivery.attempts[0]?.response).toMatchObject({
    statusCode: 401,
    body: '{"error":"invalid_signature"}',
  })
})
