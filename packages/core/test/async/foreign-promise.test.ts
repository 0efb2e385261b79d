import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createReceiver } from '../../src/index.ts'
import { signedRequest, testSecret } from '../../src/testing/index.ts'

/** A promise of another realm, as test environments with globals of their own have them. */
const foreign = (value: unknown): Promise<never> =>
  runInNewContext('Promise.resolve(value)', { value })

test('promises of another realm are waited for: of a body, a schema and a handler', async () => {
  const event = { type: 'billing.paid', timestamp: '2026-11-23T10:00:00Z', data: { cents: 1 } }
  const { body, ...request } = await signedRequest({ event: { id: 'msg_1', ...event } })
  const seen: unknown[] = []
  const receiver = createReceiver({
    secret: testSecret,
    events: {
      'billing.paid': {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: () => foreign({ value: { cents: 2 } }),
        },
      },
    },
  }).on('billing.paid', (received) => foreign(seen.push(received.data)))
  const bytes = new TextEncoder().encode(String(body))
  const result = await receiver.handle({ ...request, body: () => foreign({ ok: true, bytes }) })
  expect(result).toMatchObject({ outcome: 'processed', status: 200 })
  expect(seen).toEqual([{ cents: 2 }])
})
