import { expect, test } from 'vitest'
import { createReceiver, memoryStore, type ReceiverOptions } from '../../src/index.ts'
import { parkingPlace } from '../../src/queue/index.ts'
import { testSecret } from '../../src/testing/index.ts'

const { shared: _, ...unmarked } = memoryStore()

const places = [
  ['a shared store', { store: { ...memoryStore(), name: 'redis', shared: true } }],
  // In plain JavaScript nothing demands that a store says so.
  ['a store that does not say', { store: unmarked as ReturnType<typeof memoryStore> }],
  ['a queue', { dispatch: async () => {} }],
  ['a parking place', { store: memoryStore(), park: async () => {} }],
] satisfies (readonly [string, Partial<ReceiverOptions>])[]

test.each(places)('%s needs a receiver with a name', (_, options) => {
  expect(() => createReceiver({ secret: testSecret, ...options })).toThrow(
    expect.objectContaining({
      code: 'endpoint_missing',
      message: expect.stringContaining('tells services on one store apart'),
    }),
  )
  createReceiver({ secret: testSecret, endpoint: 'billing', ...options })
})

test('what stays in the process needs none', () => {
  createReceiver({ secret: testSecret })
  createReceiver({ secret: testSecret, store: memoryStore() })
})

test('a replay by the id alone of an event says that the endpoint is missing, instead of finding nothing', async () => {
  const none = async () => undefined
  const parking = parkingPlace({ put: none, list: async () => [], get: none, remove: none })
  const receiver = createReceiver({ secret: testSecret })
  await expect(parking.replay(receiver, 'msg_1')).rejects.toMatchObject({
    code: 'endpoint_missing',
  })
  expect(await parking.replay(receiver, 'msg_1', { endpoint: 'billing' })).toBeUndefined()
})
