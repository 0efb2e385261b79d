import type { IdempotencyStore, TransactionalStore } from '@ainexlayer/webhooks/store'
import type { StoreCase } from '@ainexlayer/webhooks/testing'
import { expect, vi } from 'vitest'

/** A SQL store, opened twice on one new table, as two processes do. */
export interface SweptPlace {
  readonly stores: readonly ((IdempotencyStore | TransactionalStore<unknown>) & {
    startSweeping(options?: { readonly everyMs?: number }): () => Promise<void>
  })[]
  readonly warn: ReturnType<typeof vi.fn>
  /** Writes records that are done, and expired so long ago; a negative time is in the future. */
  add(count: number, expiredForMs: number): Promise<void>
  count(): Promise<number>
  /** Takes the table away. */
  drop(): Promise<void>
}

const hourMs = 60 * 60 * 1000
const patience = { timeout: 15_000, interval: 20 }

const useOnce = async (store: SweptPlace['stores'][number] | undefined): Promise<void> => {
  const about = { key: `default:${crypto.randomUUID()}`, fingerprint: 'a', retentionMs: 60_000 }
  if (store === undefined) throw new Error('there is no store')
  if ('transact' in store) {
    await store.transact({ ...about, maxRunMs: 10_000 }, async () => ({
      commit: true,
      value: undefined,
    }))
  } else await store.claim({ ...about, token: 'a', leaseMs: 10_000 })
}

/** What every SQL store does about records that have expired. */
export const sweepingCases = (open: () => Promise<SweptPlace>): readonly StoreCase[] => [
  {
    name: 'two processes sweep at once: what has expired goes, what has not stays, and none complains',
    run: async () => {
      const { stores, warn, add, count } = await open()
      await add(5000, 1000)
      await add(50, -hourMs)
      const stops = stores.map((store) => store.startSweeping({ everyMs: 50 }))
      await vi.waitFor(async () => expect(await count()).toBe(50), patience)
      await Promise.all(stops.map((stop) => stop()))
      await add(10, 1000)
      expect(await count()).toBe(60)
      expect(warn).not.toHaveBeenCalled()
    },
  },
  {
    name: 'a sweep that fails warns and throws nothing',
    run: async () => {
      const { stores, warn, drop } = await open()
      await drop()
      const stop = stores[0]?.startSweeping({ everyMs: 20 })
      await vi.waitFor(() => expect(warn).toHaveBeenCalled(), patience)
      await stop?.()
      expect(warn).toHaveBeenCalledExactlyOnceWith(
        expect.stringMatching(/^Expired records could not be swept: .*(exist|no such table)/),
      )
    },
  },
  {
    name: 'a store that nobody sweeps says so at a claim, and one that is swept says nothing',
    run: async () => {
      const { stores, warn, add } = await open()
      await add(1000, hourMs - 60_000)
      await add(999, hourMs + 60_000)
      await useOnce(stores[0])
      await add(1, hourMs + 60_000)
      expect(warn).not.toHaveBeenCalled()
      await useOnce(stores[1])
      await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce(), patience)
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('store.startSweeping()'))
    },
  },
]
