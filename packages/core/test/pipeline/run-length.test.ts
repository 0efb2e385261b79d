import { expect, test, vi } from 'vitest'
import { createReceiver, memoryStore } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

test('a handler that never ends loses its claim after maxRunMs, and is told', async () => {
  const signals: AbortSignal[] = []
  const receiver = createReceiver({
    secret: testSecret,
    logger: quiet,
    store: memoryStore(),
    leaseMs: 90,
    maxRunMs: 150,
    deadlineMs: 20,
  }).on('*', (_, { signal }) => {
    signals.push(signal)
    return signals.length === 1 ? new Promise(() => {}) : undefined
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({ code: 'deadline_exceeded' })
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'in_flight' })
  await vi.waitFor(async () =>
    expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed', run: 2 }),
  )
  expect(signals[0]?.aborted).toBe(true)
})
