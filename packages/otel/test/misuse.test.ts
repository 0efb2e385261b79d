import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { instrumentWebhooks, otelChannels } from '../src/index.ts'
import { receiverWith, signed } from './deliveries.ts'
import { inMemory } from './in-memory.ts'

let sdk: ReturnType<typeof inMemory>
const stops: (() => void)[] = []

beforeEach(() => {
  sdk = inMemory()
})

afterEach(async () => {
  vi.restoreAllMocks()
  for (const stop of stops.splice(0)) stop()
  await sdk.close()
})

const providers = () => ({
  tracerProvider: sdk.tracerProvider,
  meterProvider: sdk.meterProvider,
})

test('a second call with the same providers takes the place of the first: nothing is recorded twice', async () => {
  const first = instrumentWebhooks(providers())
  const second = instrumentWebhooks(providers())
  stops.push(first.disable, second.disable)
  const other = inMemory()
  const elsewhere = instrumentWebhooks({
    tracerProvider: other.tracerProvider,
    meterProvider: other.meterProvider,
  })
  stops.push(elsewhere.disable)
  const receiver = receiverWith({})
  await receiver.handle(await signed('msg_ok'))
  expect(sdk.spans().filter(({ name }) => name === 'handle billing')).toHaveLength(1)
  expect((await sdk.metrics())['ainexlayer.webhooks.deliveries']).toEqual([
    [{ endpoint: 'billing', entrance: 'handle', type: 'chat.message', outcome: 'processed' }, 1],
  ])
  expect(other.spans().filter(({ name }) => name === 'handle billing')).toHaveLength(1)

  // What is over stays over, and does not end what came after it.
  first.disable()
  await receiver.handle(await signed('msg_next'))
  expect(sdk.spans().filter(({ name }) => name === 'handle billing')).toHaveLength(2)
  await other.close()
})

test('a runtime whose channels make values active past the store, as workerd’s do, is told of', () => {
  const builtin = process.getBuiltinModule
  vi.spyOn(process, 'getBuiltinModule').mockImplementation((id: string) =>
    id === 'node:diagnostics_channel'
      ? {
          channel: () => ({
            bindStore: () => {},
            unbindStore: () => {},
            runStores: (_: object, work: () => void) => work(),
          }),
        }
      : builtin(id),
  )
  expect(() => instrumentWebhooks()).toThrow(/otelChannels/)
})

test.each([
  ['tracerProvider', {}],
  ['meterProvider', null],
  ['now', 5],
])('`%s` of another kind is a configuration error', (name, value) => {
  for (const begin of [instrumentWebhooks, otelChannels]) {
    expect(() => begin(JSON.parse(JSON.stringify({ [name]: value })))).toThrow(
      expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(name) }),
    )
  }
})

test.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', 0],
  ['01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', 1],
])('more behind the flags is of later versions: %s', async (traceparent, links) => {
  stops.push(instrumentWebhooks(providers()).disable)
  const request = await signed('msg_ok')
  await receiverWith({}).handle({ ...request, headers: { ...request.headers, traceparent } })
  const delivery = sdk.spans().find(({ name }) => name === 'handle billing')
  expect(delivery?.links).toHaveLength(links)
})
