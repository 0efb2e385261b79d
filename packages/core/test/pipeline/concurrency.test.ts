import { expect, test, vi } from 'vitest'
import { createReceiver } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

const tally = (values: readonly (string | number)[]) =>
  values.reduce<Record<string, number>>((counts, value) => {
    counts[value] = (counts[value] ?? 0) + 1
    return counts
  }, {})

test('of 100 identical deliveries at once the handler runs one', async () => {
  const handler = vi.fn(() => new Promise((resolve) => setImmediate(resolve)))
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('chat.message', handler)
  const request = await signedRequest({ event: fixture('chat.message') })
  const results = await Promise.all(Array.from({ length: 100 }, () => receiver.handle(request)))
  expect(handler).toHaveBeenCalledOnce()
  const outcomes = tally(results.map(({ outcome }) => outcome))
  expect(outcomes['processed']).toBe(1)
  expect((outcomes['in_flight'] ?? 0) + (outcomes['duplicate'] ?? 0)).toBe(99)
  for (const { outcome, status } of results) {
    expect(status).toBe(outcome === 'in_flight' ? 409 : 200)
  }
})

test('when the one run of 100 fails, the retry runs it again', async () => {
  const handler = vi.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValue(undefined)
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('chat.message', handler)
  const request = await signedRequest({ event: fixture('chat.message') })
  const results = await Promise.all(Array.from({ length: 100 }, () => receiver.handle(request)))
  expect(tally(results.map(({ outcome }) => outcome))).toMatchObject({ failed: 1 })
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed', run: 2 })
  expect(handler).toHaveBeenCalledTimes(2)
})
