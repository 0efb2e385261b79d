import {
  createReceiver,
  type HandlerContext,
  type Logger,
  type Park,
  PermanentFailure,
  type Receiver,
  RetryLater,
} from '@ainexlayer/webhooks'
import {
  fixture,
  type StoreCase,
  signedRequest,
  type TransactionalStoreOnTrial,
  testSecret,
} from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { quiet } from './adapter-case.ts'

type AnyReceiver = Pick<Receiver, 'handle'>

/** What a receiver must do with a transactional store. `transactionalCases` of core's testing entry cover the store alone. */
export const transactionalReceiverCases = <Tx>(
  make: () => TransactionalStoreOnTrial<Tx> | Promise<TransactionalStoreOnTrial<Tx>>,
): readonly StoreCase[] => {
  const newReceiver = (
    { store }: TransactionalStoreOnTrial<Tx>,
    handler: (id: string, ctx: HandlerContext<Tx>) => unknown,
    more: { deadlineMs?: number; maxRunMs?: number; park?: Park; logger?: Logger } = {},
  ): AnyReceiver =>
    createReceiver({ endpoint: 'default', secret: testSecret, logger: quiet, store, ...more }).on(
      '*',
      (event, ctx) => handler(event.id, ctx),
    )
  const newDelivery = async () => {
    const event = fixture('chat.message')
    return { event, id: event.id, request: await signedRequest({ event }) }
  }
  const trial = (
    name: string,
    body: (trial: TransactionalStoreOnTrial<Tx>) => Promise<void>,
  ): StoreCase => ({
    name,
    run: async () => {
      const onTrial = await make()
      try {
        await body(onTrial)
      } finally {
        await onTrial.close?.()
      }
    },
  })

  return [
    trial('of 100 duplicates at once one has an effect', async (store) => {
      const receiver = newReceiver(store, async (id, { tx }) => {
        await store.write(tx, id)
        await new Promise((resolve) => setImmediate(resolve))
      })
      const { id, request } = await newDelivery()
      const results = await Promise.all(Array.from({ length: 100 }, () => receiver.handle(request)))
      const outcomes = results.map(({ outcome }) => outcome)
      expect(outcomes.filter((outcome) => outcome === 'processed')).toHaveLength(1)
      expect(
        outcomes.filter((outcome) => outcome === 'in_flight' || outcome === 'duplicate'),
      ).toHaveLength(99)
      expect(await store.effects(id)).toBe(1)
      expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate', status: 200 })
    }),
    trial('of duplicates at two receivers one has an effect', async (store) => {
      const handler = (id: string, { tx }: HandlerContext<Tx>) => store.write(tx, id)
      const receivers = [newReceiver(store, handler), newReceiver(store, handler)]
      const { id, request } = await newDelivery()
      await Promise.all(receivers.map((receiver) => receiver.handle(request)))
      expect(await store.effects(id)).toBe(1)
    }),
    trial(
      'a handler that throws leaves neither an effect nor a record, and the retry runs at once',
      async (store) => {
        let fails = true
        const receiver = newReceiver(store, async (id, { tx }) => {
          await store.write(tx, id)
          if (fails) throw new RetryLater(7)
        })
        const { id, request } = await newDelivery()
        const first = await receiver.handle(request)
        expect(first).toMatchObject({ status: 503, headers: { 'retry-after': '7' } })
        expect(await store.effects(id)).toBe(0)
        fails = false
        expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
        expect(await store.effects(id)).toBe(1)
      },
    ),
    ...(['and returns', 'and throws'] as const).map((end) =>
      trial(
        `a handler that commits by itself ${end} is answered 500 with words about it, and its retry runs`,
        async (store) => {
          const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
          const runs: string[] = []
          const receiver = newReceiver(
            store,
            async (id, { tx }) => {
              runs.push(id)
              if (runs.length > 1) return
              await store.write(tx, id)
              await store.execute(tx, 'COMMIT')
              if (end === 'and throws') throw new Error('step two failed')
            },
            { logger },
          )
          const { id, request } = await newDelivery()
          const first = await receiver.handle(request)
          expect(first).toMatchObject({ status: 500, code: 'transaction_broken' })
          expect(String(first.outcome === 'failed' && first.error)).toContain('SAVEPOINT')
          expect(logger.error).toHaveBeenCalledWith(
            expect.objectContaining({ id }),
            expect.stringContaining('SAVEPOINT'),
          )
          expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
          expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
          expect(runs).toEqual([id, id])
        },
      ),
    ),
    trial(
      'a handler that never ends is undone at maxRunMs, told and logged, and stops nobody else',
      async (store) => {
        const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
        let hung: AbortSignal | undefined
        const receiver = newReceiver(
          store,
          async (id, { tx, signal }) => {
            await store.write(tx, id)
            if (hung !== undefined) return
            hung = signal
            await new Promise(() => {})
          },
          { deadlineMs: 100, maxRunMs: 400, logger },
        )
        const [first, other] = [await newDelivery(), await newDelivery()]
        expect(await receiver.handle(first.request)).toMatchObject({ code: 'deadline_exceeded' })
        await vi.waitFor(
          () =>
            expect(logger.error).toHaveBeenCalledWith(
              expect.objectContaining({ id: first.id }),
              expect.stringContaining('maxRunMs'),
            ),
          { timeout: 5000 },
        )
        expect(hung?.aborted).toBe(true)
        for (const { id, request } of [other, first]) {
          expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
          expect(await store.effects(id)).toBe(1)
        }
      },
    ),
    trial('the same id with other bytes is refused, unrun', async (store) => {
      const receiver = newReceiver(store, (id, { tx }) => store.write(tx, id))
      const { event, id, request } = await newDelivery()
      await receiver.handle(request)
      const other = { ...event, data: { ...event.data, content: 'other' } }
      const second = await receiver.handle(await signedRequest({ event: other }))
      expect(second).toMatchObject({ status: 422, code: 'id_reused' })
      expect(await store.effects(id)).toBe(1)
    }),
    trial(
      'a permanent failure is parked, its writes are undone, and it does not come again',
      async (store) => {
        const park = vi.fn(async () => {})
        const receiver = newReceiver(
          store,
          async (id, { tx }) => {
            await store.write(tx, id)
            throw new PermanentFailure('no')
          },
          { park },
        )
        const { id, request } = await newDelivery()
        expect(await receiver.handle(request)).toMatchObject({ outcome: 'parked', status: 200 })
        expect(park).toHaveBeenCalledOnce()
        expect(await store.effects(id)).toBe(0)
        expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
      },
    ),
    trial(
      'a run longer than the deadline is answered 503, and its late commit makes the retry a duplicate',
      async (store) => {
        let finish = (): void => {}
        let aborted = false
        const receiver = newReceiver(
          store,
          async (id, { tx, signal }) => {
            await new Promise<void>((resolve) => {
              finish = resolve
            })
            aborted = signal.aborted
            await store.write(tx, id)
          },
          { deadlineMs: 200 },
        )
        const { id, request } = await newDelivery()
        const late = await receiver.handle(request)
        expect(late).toMatchObject({ status: 503, code: 'deadline_exceeded' })
        expect(await receiver.handle(request)).toMatchObject({ outcome: 'in_flight' })
        finish()
        await vi.waitFor(async () =>
          expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' }),
        )
        expect(aborted).toBe(true)
        expect(await store.effects(id)).toBe(1)
      },
    ),
  ]
}
