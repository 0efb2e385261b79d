import { expect, test } from 'vitest'
import { systemClock } from '../../src/index.ts'
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

test('an endpoint that takes 30 s delays none of the fifty beside it that answer at once', async () => {
  const { client, sender } = await startSender({ clock: systemClock, timeoutMs: 60_000 })
  const slow = await receive((response) => {
    const timer = setTimeout(() => response.end(), 30_000)
    response.on('close', () => clearTimeout(timer))
  })
  const quick = await receive()
  await client.webhooks.create({ url: slow.url, events: ['*'], concurrency: 100 })
  for (let n = 0; n < 50; n++) {
    await client.webhooks.create({ url: `${quick.url}/${n}`, events: ['*'] })
  }
  const tookMs: number[] = []
  for (let round = 1; round <= 20; round++) {
    const began = performance.now()
    await sender.emitMany([event])
    await expect
      .poll(() => quick.received.length, { interval: 2, timeout: 20_000 })
      .toBe(50 * round)
    tookMs.push(performance.now() - began)
  }
  const longest = Math.max(...tookMs)
  console.log(
    `an event to fifty endpoints beside one of 30 s: ${longest.toFixed(0)} ms at most, in 20 rounds`,
  )
  expect(longest).toBeLessThan(5000)
  // All of the slow one's were under way or due meanwhile, and none was over.
  expect(slow.received.length).toBeGreaterThan(0)
  expect((await client.webhooks.stats('webhook-1')).attempts).toBe(0)
  slow.server.closeAllConnections()
})
