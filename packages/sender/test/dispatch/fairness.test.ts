import { expect, test } from 'vitest'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const

test('a healthy endpoint beside fifty that hang gets every event, in the order of rounds', async () => {
  const { client, sender } = await startSender({ timeoutMs: 30_000 })
  const hanging = await receive(() => {})
  const healthy = await receive()
  for (let n = 0; n < 50; n++) {
    await client.webhooks.create({ url: `${hanging.url}/${n}`, events: ['*'], concurrency: 4 })
  }
  await client.webhooks.create({ url: healthy.url, events: ['*'] })
  for (let n = 0; n < 20; n++) sender.emit(event)
  // None of the hanging ones is over before the end of this test.
  await expect.poll(() => healthy.received.length, { timeout: 10_000 }).toBe(20)
  expect(hanging.received.length).toBeLessThanOrEqual(50 + 25)
  hanging.server.closeAllConnections()
})

test('no endpoint waits for a second attempt of another', async () => {
  const order: string[] = []
  const { client, sender } = await startSender({ concurrency: 3 })
  const targets = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      receive((response) => {
        order.push(name)
        response.end()
      }),
    ),
  )
  for (const { url } of targets) {
    await client.webhooks.create({ url, events: ['*'], concurrency: 100 })
  }
  for (let n = 0; n < 4; n++) sender.emit(event)
  await sender.idle()
  expect(new Set(order.slice(0, 3))).toEqual(new Set(['a', 'b', 'c']))
  expect(order).toHaveLength(12)
})
