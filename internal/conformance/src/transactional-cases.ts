import {
  createReceiver,
  type HandlerContext,
  type Park,
  PermanentFailure,
  type Receiver,
  RetryLater,
} from '@ainexlayer/webhooks'
import type { TransactionalStore } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'
import { quiet } from './adapter-case.ts'

/** A transactional store under test, and a table `effects` that handlers write to. */
export interface TransactionalStoreOnTrial<Tx> {
  readonly store: TransactionalStore<Tx>
  /** Writes one row through the handler's transaction. */
  readonly write: (tx: Tx, id: string) => unknown
  /** Ends the transaction without the store knowing. */
  readonly rollBack: (tx: Tx) => unknown
  /** Sends a statement that fails. */
  readonly fail: (tx: Tx) => unknown
  /** Counts the rows of an id, as seen from outside any transaction. */
  readonly effects: (id: string) => number | Promise<number>
}

/** One thing that every transactional store must do. */
export interface TransactionalCase {
  readonly name: string
  run(): Promise<void>
}

type AnyReceiver = Pick<Receiver, 'handle'>

/** What every transactional store must do, tested through a receiver. */
export const transactionalCases = <Tx>(
  make: () => TransactionalStoreOnTrial<Tx> | Promise<TransactionalStoreOnTrial<Tx>>,
): readonly TransactionalCase[] => {
  const newReceiver = (
    { store }: TransactionalStoreOnTrial<Tx>,
    handler: (id: string, ctx: HandlerContext<Tx>) => unknown,
    more: { deadlineMs?: number; park?: Park } = {},
  ): AnyReceiver =>
    createReceiver({ secret: testSecret, logger: quiet, store, ...more }).on('*', (event, ctx) =>
      handler(event.id, ctx),
    )
  const newDelivery = async () => {
    const event = fixture('chat.message')
    return { event, id: event.id, request: await signedRequest({ event }) }
  }
  const trial = (
    name: string,
    body: (trial: TransactionalStoreOnTrial<Tx>) => Promise<void>,
  ): TransactionalCase => ({ name, run: async () => body(await make()) })

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
    trial('events of other ids each have their effect', async (store) => {
      const receiver = newReceiver(store, async (id, { tx }) => {
        await new Promise((resolve) => setImmediate(resolve))
        await store.write(tx, id)
      })
      const deliveries = await Promise.all(Array.from({ length: 20 }, newDelivery))
      const results = await Promise.all(deliveries.map(({ request }) => receiver.handle(request)))
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['processed']))
      for (const { id } of deliveries) expect(await store.effects(id)).toBe(1)
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
    trial(
      'a transaction that the handler ended itself is never reported as committed, and the retry runs',
      async (store) => {
        let ends = true
        const receiver = newReceiver(store, async (id, { tx }) => {
          await store.write(tx, id)
          if (ends) await store.rollBack(tx)
        })
        const { id, request } = await newDelivery()
        const first = await receiver.handle(request)
        expect(first).toMatchObject({ status: 503, code: 'store_unavailable' })
        expect(await store.effects(id)).toBe(0)
        ends = false
        expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
        expect(await store.effects(id)).toBe(1)
      },
    ),
    trial('a statement that failed and was swallowed is never half a success', async (store) => {
      const receiver = newReceiver(store, async (id, { tx }) => {
        await store.write(tx, id)
        try {
          await store.fail(tx)
        } catch {
          // The case is about how Postgres sees this transaction.
        }
      })
      const { id, request } = await newDelivery()
      const { status } = await receiver.handle(request)
      expect(await store.effects(id)).toBe(status === 200 ? 1 : 0)
    }),
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
    trial('forget drops a record, and sweep only what has expired', async ({ store }) => {
      const key = `case-${crypto.randomUUID()}`
      const record = (retentionMs = 1e9) =>
        store.transact({ key, fingerprint: 'fp', retentionMs }, async () => ({
          commit: true,
          value: 1,
        }))
      expect(await record()).toMatchObject({ kind: 'committed' })
      expect(await record()).toEqual({ kind: 'done', fingerprint: 'fp' })
      expect([await store.forget?.(key), await store.forget?.(key)]).toEqual([true, false])
      expect(await record()).toMatchObject({ kind: 'committed' })
      await store.sweep?.(1000)
      expect(await record()).toMatchObject({ kind: 'done' })
    }),
  ]
}
