import type { ClaimOutcome } from '../idempotency/store.ts'
import { checkEqual, checkThat } from './check.ts'
import { type StoreCase, type StoreOnTrial, storeCase } from './store-case.ts'

const shortMs = 150

const times = <Value>(count: number, make: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))

const claimed = (outcomes: readonly ClaimOutcome[]): ClaimOutcome[] =>
  outcomes.filter(({ kind }) => kind === 'claimed')

/** What must hold when many want the same event at once. */
export const concurrencyCases = (
  make: () => StoreOnTrial | Promise<StoreOnTrial>,
): readonly StoreCase[] => [
  storeCase('of 100 claims at once one is owned', make, async ({ claim }) => {
    const outcomes = await times(100, (index) => claim(`token-${index}`))
    checkEqual(claimed(outcomes), [{ kind: 'claimed', run: 1 }], 'owners')
  }),
  storeCase(
    'of 50 contenders at the end of a lease one takes over',
    make,
    async ({ claim, wait }) => {
      await claim('a', { leaseMs: shortMs })
      await wait(shortMs)
      const outcomes = await times(50, (index) => claim(`token-${index}`))
      checkEqual(claimed(outcomes), [{ kind: 'claimed', run: 2 }], 'owners')
    },
  ),
  storeCase(
    'a claim that races a release never finds two owners',
    make,
    async ({ store, key, claim }) => {
      for (let round = 0; round < 20; round++) {
        const one = `${key}-${round}`
        await claim('a', { key: one })
        const [, ...outcomes] = await Promise.all([
          store.release({ key: one, token: 'a' }),
          ...Array.from({ length: 10 }, (_, index) => claim(`token-${index}`, { key: one })),
        ])
        checkThat(
          claimed(outcomes).length <= 1,
          `round ${round}: ${claimed(outcomes).length} owners`,
        )
      }
    },
  ),
  storeCase(
    'of a complete and a takeover that race exactly one wins',
    make,
    async ({ store, key, claim, wait }) => {
      const keys = Array.from({ length: 20 }, (_, round) => `${key}-${round}`)
      for (const one of keys) await claim('a', { key: one, leaseMs: shortMs })
      await wait(shortMs)
      for (const one of keys) {
        const [completed, taken] = await Promise.all([
          store.complete({ key: one, token: 'a', result: null }),
          claim('b', { key: one }),
        ])
        checkThat(
          completed !== (taken.kind === 'claimed'),
          `${one}: complete ${completed}, claim ${taken.kind}`,
        )
      }
    },
  ),
  storeCase(
    '1000 duplicates of one key end within 5 seconds, without an error',
    make,
    async ({ claim }) => {
      const startedAt = performance.now()
      const outcomes = await times(1000, (index) => claim(`token-${index}`))
      checkEqual(claimed(outcomes).length, 1, 'owners')
      checkThat(performance.now() - startedAt < 5000, `it took ${performance.now() - startedAt} ms`)
    },
  ),
  storeCase(
    'of 250 events at once, each delivered twice, each has one owner, and each operation is about its own',
    make,
    async ({ store, key, claim }) => {
      const keys = Array.from({ length: 250 }, (_, index) => `${key}-${index}`)
      const fingerprintOf = (index: number) => `fp-${index % 7}`
      const twice = await Promise.all(
        keys.flatMap((one, index) =>
          ['a', 'b'].map((token) =>
            claim(`${token}-${index}`, { key: one, fingerprint: fingerprintOf(index) }),
          ),
        ),
      )
      const owners = keys.map((_, index) => {
        const [a, b] = [twice[2 * index], twice[2 * index + 1]]
        const [owned, other] = a?.kind === 'claimed' ? [a, b] : [b, a]
        checkEqual(owned, { kind: 'claimed', run: 1 }, `the owner of event ${index}`)
        checkEqual(
          other?.kind === 'in_flight' && [other.run, other.fingerprint],
          [1, fingerprintOf(index)],
          `the other delivery of event ${index}`,
        )
        return `${a?.kind === 'claimed' ? 'a' : 'b'}-${index}`
      })
      const settle = async (key: string, index: number, token: string): Promise<boolean> => {
        if (index % 3 === 0) return store.renew({ key, token, leaseMs: 60_000 })
        if (index % 3 === 1) return store.complete({ key, token, result: `"${index}"` })
        return store.release({ key, token })
      }
      const answers = await Promise.all(
        keys.flatMap((one, index) => [
          settle(one, index, owners[index] ?? ''),
          settle(one, index, 'a stale token'),
        ]),
      )
      checkEqual(
        answers,
        keys.flatMap(() => [true, false]),
        'what owners and others are told',
      )
      const again = await Promise.all(
        keys.map((one, index) => claim('c', { key: one, fingerprint: fingerprintOf(index) })),
      )
      for (const [index, outcome] of again.entries()) {
        const expected = (['in_flight', 'done', 'claimed'] as const)[index % 3]
        checkEqual(outcome.kind, expected, `event ${index} afterwards`)
        if (outcome.kind === 'done') checkEqual(outcome.result, `"${index}"`, `result ${index}`)
        if (outcome.kind === 'claimed') checkEqual(outcome.run, 2, `run ${index}`)
      }
    },
  ),
]
