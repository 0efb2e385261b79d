import { afterEach, expect, test, vi } from 'vitest'
import { createReceiver } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

afterEach(() => {
  vi.useRealTimers()
})

/** A body of which something has come, and nothing more does. */
const stalled = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(100)) })

test('requests that died are forgotten, however many of them there were', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const receiver = createReceiver({ secret: testSecret, logger, maxBodiesInFlight: 5000 })
  receiver.on('*', () => {})
  const { headers } = await signedRequest({ event: fixture('chat.message') })
  const die = () => void receiver.handle({ method: 'POST', headers, body: stalled() })
  for (let n = 0; n < 1200; n++) die()
  expect(receiver.inFlight).toBe(1200)
  const passed = performance.now() + 100_000
  const time = vi.spyOn(performance, 'now').mockImplementation(() => passed)
  for (let n = 0; n < 1000; n++) die()
  expect(receiver.inFlight).toBeLessThan(1200)
  time.mockRestore()
})

test('bodies of requests that died, as a Worker’s do when the caller goes, are off the count after their time', async () => {
  // As there: no timer fires.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const receiver = createReceiver({
    secret: testSecret,
    logger,
    maxBodiesInFlight: 3,
    readTimeoutMs: 2000,
  })
  receiver.on('*', () => {})
  const genuine = async (): Promise<number> => {
    const { headers, body } = await signedRequest({ event: fixture('chat.message') })
    const { status } = await receiver.handle({
      method: 'POST',
      headers,
      body: new Blob([body]).stream(),
    })
    return status
  }
  expect(await genuine()).toBe(200)
  const { headers } = await signedRequest({ event: fixture('chat.message') })
  for (let n = 0; n < 3; n++) void receiver.handle({ method: 'POST', headers, body: stalled() })
  expect(await genuine()).toBe(503)
  const passed = performance.now() + 8000
  const time = vi.spyOn(performance, 'now').mockImplementation(() => passed)
  expect(await genuine()).toBe(200)
  expect(await genuine()).toBe(200)
  time.mockRestore()
})
