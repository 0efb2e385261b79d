import { fixture } from '@ainexlayer/webhooks/testing'
import { eventTypes } from '@ainexlayer/webhooks-contract'
import { type Receiving, receive, statuses } from '../receiving.ts'
import { startDashboard } from './browser.ts'

/** A sender with something on every screen: webhooks that work, fail and are gone, faults, a run, and an inbox. */
export const startPopulated = async (options: Parameters<typeof startDashboard>[0] = {}) => {
  const started = await startDashboard(options)
  const { client, sender } = started
  const good: Receiving = await receive()
  const bad = await receive((response) =>
    response.writeHead(503, { 'retry-after': '1' }).end('{"error":"busy"}'),
  )
  const gone = await receive(statuses(410))
  const search = await client.webhooks.create({
    url: good.url,
    events: ['*'],
    description: 'Search index',
  })
  await client.webhooks.create({ url: bad.url, events: ['document.*'], description: 'Billing' })
  const old = await client.webhooks.create({ url: gone.url, events: ['user.deleted'] })
  for (const type of eventTypes)
    await client.events.emit({ type, data: fixture(type).data, validate: false })
  await client.dev.setFaults(search.id, [
    { fault: { kind: 'tamperBody', how: 'crlf' }, probability: 0.5 },
  ])
  await client.webhooks.rotateSecret(search.id, {})
  for (const verified of [true, false, null]) {
    await client.dev.capture({
      method: 'POST',
      path: '/webhooks',
      headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
      body: JSON.stringify(fixture('chat.message')),
      verified,
      reason: verified === false ? 'The signature does not match.' : null,
      forwarded: { url: 'http://localhost:3000', statusCode: 200, durationMs: 12, error: null },
    })
  }
  return { ...started, sender, good, bad, search, old }
}
