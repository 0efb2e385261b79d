/** A sender in a process of its own that tests an endpoint, for the test that kills it meanwhile. */
import { createSender } from '../../src/index.ts'

const [data = '', target = ''] = process.argv.slice(2)
const sender = createSender({ apiKey: 'test-key', data, allowPrivateTargets: true })
const post = (path: string, body: object) =>
  sender.fetch(
    new Request(`http://localhost/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )
await post('/webhooks', { url: target, events: ['*'] })
await post('/webhooks/webhook-1/test', {})
