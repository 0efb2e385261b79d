import { DiagLogLevel, diag } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { observeQueue, type QueueState } from '../src/index.ts'
import { inMemory } from './in-memory.ts'

let sdk: ReturnType<typeof inMemory>
const warn = vi.fn()

beforeEach(() => {
  sdk = inMemory()
  const quiet = () => {}
  diag.setLogger(
    { warn, error: quiet, info: quiet, debug: quiet, verbose: quiet },
    DiagLogLevel.ALL,
  )
  warn.mockClear()
})

afterEach(async () => {
  diag.disable()
  await sdk.close()
})

const figures = async () => {
  const {
    'ainexlayer.webhooks.queue.jobs': jobs = [],
    'ainexlayer.webhooks.queue.readable': readable = [],
  } = await sdk.metrics()
  return { jobs, readable }
}

const silent = { jobs: [], readable: [[{ queue: 'webhooks' }, 0]] }

test('any function can tell the state, for a parking place or an engine of your own', async () => {
  const read = vi.fn(async () => ({ jobs: { parked: 3 } }))
  const stop = observeQueue('parked', read, { meterProvider: sdk.meterProvider })
  expect(await figures()).toEqual({
    jobs: [[{ queue: 'parked', state: 'parked' }, 3]],
    readable: [[{ queue: 'parked' }, 1]],
  })
  stop()
  await figures()
  expect(read).toHaveBeenCalledTimes(1)
})

test('a queue that throws has no figures, and the reason is told', async () => {
  const read = async (): Promise<QueueState> => {
    throw new Error('down')
  }
  observeQueue('webhooks', read, { meterProvider: sdk.meterProvider })
  expect(await figures()).toEqual(silent)
  expect(warn.mock.calls.flat()).toContainEqual(new Error('down'))
})

test('a queue that does not answer holds nothing up, and is asked once until it does', async () => {
  const read = vi.fn(() => new Promise<QueueState>(() => {}))
  observeQueue('webhooks', read, { meterProvider: sdk.meterProvider, timeoutMs: 20 })
  expect(await figures()).toEqual(silent)
  expect(await figures()).toEqual(silent)
  expect(read).toHaveBeenCalledTimes(1)
})
