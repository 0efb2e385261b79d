import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../../src/index.ts'

test('a list that rejects before it is awaited harms nobody, and rejects who awaits it later', async () => {
  const unhandled: unknown[] = []
  const listener = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listener)
  onTestFinished(() => void process.off('unhandledRejection', listener))
  const client = createClient({
    apiKey: 'a',
    maxRetries: 0,
    fetch: () => Promise.reject(new TypeError('no network')),
  })
  const lists = [
    client.webhooks.list(),
    client.deliveries.list(),
    client.events.list(),
    client.webhooks.deliveries('webhook-1'),
    client.webhooks.deliveries('..'),
  ]
  // Node reports what nobody awaits after the microtasks of a turn.
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  for (const list of lists) {
    await expect(list).rejects.toThrow()
    await expect(
      (async () => {
        for await (const _ of list);
      })(),
    ).rejects.toThrow()
  }
})
