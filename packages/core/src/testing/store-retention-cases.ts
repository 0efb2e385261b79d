import { checkEqual, checkThat } from './check.ts'
import { type StoreCase, type StoreOnTrial, storeCase } from './store-case.ts'

const shortMs = 150

/** For how long a store remembers, and what makes it forget. */
export const retentionCases = (
  make: () => StoreOnTrial | Promise<StoreOnTrial>,
): readonly StoreCase[] => [
  storeCase(
    'retention counts from the claim, and what is forgotten starts at run 1',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { retentionMs: 4 * shortMs, leaseMs: shortMs })
      await wait(shortMs)
      await claim('b', { retentionMs: 4 * shortMs, leaseMs: shortMs })
      await store.complete({ key, token: 'b', result: null })
      checkEqual((await claim('c')).kind, 'done', 'within the retention')
      await wait(4 * shortMs)
      checkEqual(await claim('c'), { kind: 'claimed', run: 1 }, 'after the retention')
    },
  ),
  storeCase(
    'forget drops what is done or released, and refuses what is in flight',
    make,
    async ({ store, key, claim }) => {
      if (store.forget === undefined) return
      await claim('a')
      checkEqual(await store.forget(key), false, 'in flight')
      await store.complete({ key, token: 'a', result: null })
      checkEqual(
        [await store.forget(key), await store.forget(key)],
        [true, false],
        'done, then gone',
      )
      await claim('b')
      await store.release({ key, token: 'b' })
      checkEqual(await store.forget(key), true, 'released')
      checkEqual(await claim('c'), { kind: 'claimed', run: 1 }, 'next claim')
    },
  ),
  storeCase(
    'sweep deletes what has expired and nothing else',
    make,
    async ({ store, key, claim, wait }) => {
      if (store.sweep === undefined) return
      for (const index of [1, 2, 3])
        await claim('a', { key: `${key}-${index}`, retentionMs: shortMs, leaseMs: shortMs })
      await claim('a', { key: `${key}-kept` })
      await wait(shortMs)
      let swept = 0
      for (let more = -1; more !== 0; swept += more) {
        more = await store.sweep(2)
        checkThat(more <= 2, `a sweep of 2 deleted ${more}`)
      }
      checkThat(swept >= 3, `swept ${swept}`)
      checkEqual(
        (await claim('b', { key: `${key}-kept` })).kind,
        'in_flight',
        'what has not expired',
      )
    },
  ),
  storeCase(
    'a claim in flight is kept for its lease, however short the retention',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { retentionMs: shortMs })
      await wait(shortMs)
      await store.sweep?.(1000)
      checkEqual((await claim('b')).kind, 'in_flight', 'after the retention')
      checkEqual(await store.complete({ key, token: 'a', result: null }), true, 'complete')
    },
  ),
  storeCase(
    'a renewed claim is kept for its new lease, however short the retention',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { retentionMs: shortMs, leaseMs: shortMs })
      checkEqual(await store.renew({ key, token: 'a', leaseMs: 10_000 }), true, 'renew')
      await wait(shortMs)
      await store.sweep?.(1000)
      checkEqual((await claim('b')).kind, 'in_flight', 'after the retention')
    },
  ),
  storeCase(
    'a release with a delay is kept for the delay, however short the retention',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { retentionMs: shortMs, leaseMs: shortMs })
      await store.release({ key, token: 'a', delayMs: 10_000 })
      await wait(shortMs)
      checkEqual((await claim('b')).kind, 'in_flight', 'after the retention')
    },
  ),
]
