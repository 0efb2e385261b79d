import { createReceiver } from '@ainexlayer/webhooks'
import type { IdempotencyStore, TransactionalStore } from '@ainexlayer/webhooks/store'
import { fixture, type StoreCase, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { quiet } from './adapter-case.ts'

/** How many events each of two services gets. */
const events = 20

/**
 * What every store must do that several services use.
 *
 * @param open - opens the same place once more, as another process does
 */
export const serviceCases = (
  open: () => IdempotencyStore | TransactionalStore<unknown>,
): readonly StoreCase[] => {
  const service = (endpoint: string | undefined) => {
    const handler = vi.fn()
    const store = open()
    const named = endpoint === undefined ? { store } : { endpoint, store }
    const receiver = createReceiver({ secret: testSecret, logger: quiet, ...named })
    return { handler, receiver: receiver.on('*', () => handler()) }
  }
  return [
    {
      name: 'two services on one place each run every event, and two processes of one service share them',
      run: async () => {
        const [billing, billingAgain, search] = ['billing', 'billing', 'search'].map(service)
        const processes = [billing, billingAgain, search].filter((one) => one !== undefined)
        for (let n = 0; n < events; n++) {
          const request = await signedRequest({
            event: { ...fixture('chat.message'), id: `msg_${crypto.randomUUID()}` },
          })
          for (const { receiver } of processes) {
            expect(await receiver.handle(request)).toMatchObject({ status: 200 })
          }
        }
        expect(processes.map(({ handler }) => handler.mock.calls.length)).toEqual([
          events,
          0,
          events,
        ])
      },
    },
    {
      name: 'its health is that of the store, which is asked and not changed',
      run: async () => {
        const { receiver } = service('billing')
        const store = { name: open().name, ok: true, ms: expect.any(Number) }
        for (let n = 0; n < 2; n++) {
          expect(await receiver.health({ timeoutMs: 10_000 })).toMatchObject({ ok: true, store })
        }
      },
    },
    {
      name: 'a service without a name does not start',
      run: async () => {
        expect(() => service(undefined)).toThrow(
          expect.objectContaining({
            code: 'endpoint_missing',
            fix: "Name this service: `endpoint: 'billing'`.",
          }),
        )
      },
    },
  ]
}
