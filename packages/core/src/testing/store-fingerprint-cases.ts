import { checkEqual } from './check.ts'
import { type StoreCase, type StoreOnTrial, storeCase } from './store-case.ts'

const shortMs = 150

/** One id carries one body: the first that was claimed, also when its run failed. */
export const fingerprintCases = (
  make: () => StoreOnTrial | Promise<StoreOnTrial>,
): readonly StoreCase[] => [
  storeCase(
    'a released claim keeps its fingerprint: other bytes do not get it, the same do',
    make,
    async ({ store, key, claim }) => {
      await claim('a', { fingerprint: 'first' })
      await store.release({ key, token: 'a' })
      const refused = { kind: 'released', run: 1, fingerprint: 'first' }
      checkEqual(await claim('b', { fingerprint: 'second' }), refused, 'other bytes')
      checkEqual(await claim('b', { fingerprint: 'second' }), refused, 'other bytes again')
      checkEqual(
        await store.complete({ key, token: 'b', result: null }),
        false,
        'complete of the refused token',
      )
      checkEqual(
        await claim('c', { fingerprint: 'first' }),
        { kind: 'claimed', run: 2 },
        'the same bytes',
      )
    },
  ),
  storeCase(
    'a lease that ended keeps its fingerprint as well',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { fingerprint: 'first', leaseMs: shortMs })
      await wait(shortMs)
      checkEqual(
        await claim('b', { fingerprint: 'second' }),
        { kind: 'released', run: 1, fingerprint: 'first' },
        'other bytes',
      )
      checkEqual(
        await store.complete({ key, token: 'a', result: null }),
        true,
        'complete of the owner: nobody took over',
      )
    },
  ),
  storeCase(
    'a record that is forgotten gives its id free for other bytes',
    make,
    async ({ store, key, claim, wait }) => {
      const short = { retentionMs: shortMs, leaseMs: shortMs }
      await claim('a', { fingerprint: 'first', ...short })
      await store.release({ key, token: 'a' })
      await wait(shortMs)
      checkEqual(
        await claim('b', { fingerprint: 'second' }),
        { kind: 'claimed', run: 1 },
        'after the retention',
      )
      if (store.forget === undefined) return
      await store.release({ key, token: 'b' })
      await store.forget(key)
      checkEqual(
        await claim('c', { fingerprint: 'third' }),
        { kind: 'claimed', run: 1 },
        'after forget',
      )
    },
  ),
]
