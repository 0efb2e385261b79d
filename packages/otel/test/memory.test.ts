import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { DeliveryMessage } from '@ainexlayer/webhooks'
import { expect, test } from 'vitest'
import { otelChannels } from '../src/index.ts'
import { inMemory } from './in-memory.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

test('deliveries that never end leave nothing behind', async () => {
  const sdk = inMemory()
  const { tracerProvider, meterProvider } = sdk
  const channels = otelChannels({ tracerProvider, meterProvider })
  const begin = (): WeakRef<DeliveryMessage> => {
    const message: DeliveryMessage = {
      endpoint: 'billing',
      entrance: 'handle',
      traceparent: undefined,
      tracestate: undefined,
      job: undefined,
      receivedAtMs: 0,
    }
    channels.publish('delivery.start', message)
    return new WeakRef(message)
  }
  const begun = Array.from({ length: 1000 }, begin)
  // A WeakRef keeps its object until the end of the turn that made it.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(begun.filter((message) => message.deref() !== undefined).length).toBeLessThan(10)
  expect(sdk.spans()).toEqual([])
  await sdk.close()
})
