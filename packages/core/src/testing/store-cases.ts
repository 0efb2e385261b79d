import { checkEqual, checkThat } from './check.ts'
import { type StoreCase, type StoreOnTrial, storeCase } from './store-case.ts'
import { concurrencyCases } from './store-concurrency-cases.ts'
import { fingerprintCases } from './store-fingerprint-cases.ts'
import { retentionCases } from './store-retention-cases.ts'

/** Shorter than anybody waits for, longer than a slow round trip. */
const shortMs = 150

/**
 * The conformance list of idempotency stores. Run it on a store of your own, with any test runner.
 *
 * @param make - makes a store; cases use keys of their own, so all may share one server
 *
 * @example
 * for (const { name, run } of storeCases(() => ({ store: myStore() }))) test(name, run)
 */
export const storeCases = (
  make: () => StoreOnTrial | Promise<StoreOnTrial>,
): readonly StoreCase[] => [
  storeCase('the first claim is owned, as run 1', make, async ({ claim }) => {
    checkEqual(await claim('a'), { kind: 'claimed', run: 1 }, 'first claim')
  }),
  storeCase(
    'a second token finds it in flight, with the first fingerprint',
    make,
    async ({ claim }) => {
      await claim('a', { fingerprint: 'first' })
      const second = await claim('b', { fingerprint: 'second' })
      checkThat(second.kind === 'in_flight', `second claim is ${second.kind}`)
      if (second.kind !== 'in_flight') return
      checkEqual([second.run, second.fingerprint], [1, 'first'], 'run and fingerprint')
      checkThat(
        second.leaseLeftMs > 0 && second.leaseLeftMs <= 10_000,
        `lease left: ${second.leaseLeftMs}`,
      )
    },
  ),
  storeCase(
    'a completed claim is done, and keeps fingerprint and result byte for byte',
    make,
    async ({ store, key, claim }) => {
      const result = `é😀"'\\%;--${'x'.repeat(1000)}`
      await claim('a', { fingerprint: 'first' })
      checkEqual(await store.complete({ key, token: 'a', result }), true, 'complete')
      checkEqual(
        await claim('b'),
        { kind: 'done', run: 1, fingerprint: 'first', result },
        'later claim',
      )
    },
  ),
  storeCase('a result of null stays null', make, async ({ store, key, claim }) => {
    await claim('a')
    await store.complete({ key, token: 'a', result: null })
    checkEqual(
      await claim('b'),
      { kind: 'done', run: 1, fingerprint: 'fp', result: null },
      'later claim',
    )
  }),
  storeCase(
    'a released claim goes to the next token, as the next run',
    make,
    async ({ store, key, claim }) => {
      await claim('a')
      checkEqual(await store.release({ key, token: 'a' }), true, 'release')
      checkEqual(await claim('b'), { kind: 'claimed', run: 2 }, 'next claim')
    },
  ),
  storeCase(
    'a release with a delay keeps the claim in flight until the delay has passed',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a')
      await store.release({ key, token: 'a', delayMs: shortMs })
      checkEqual((await claim('b')).kind, 'in_flight', 'before the delay')
      await wait(shortMs)
      checkEqual(await claim('b'), { kind: 'claimed', run: 2 }, 'after the delay')
    },
  ),
  storeCase(
    'a lease that ended is taken over, as the next run',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { leaseMs: shortMs })
      await wait(shortMs)
      checkEqual(await claim('b'), { kind: 'claimed', run: 2 }, 'takeover')
      checkEqual(
        await store.complete({ key, token: 'a', result: null }),
        false,
        'complete of the first owner',
      )
      checkEqual(
        await store.renew({ key, token: 'a', leaseMs: 1000 }),
        false,
        'renew of the first owner',
      )
      checkEqual(await store.release({ key, token: 'a' }), false, 'release of the first owner')
      checkEqual((await claim('c')).kind, 'in_flight', 'the second owner still has it')
    },
  ),
  storeCase('a renewed lease lasts longer', make, async ({ store, key, claim, wait }) => {
    await claim('a', { leaseMs: shortMs })
    checkEqual(await store.renew({ key, token: 'a', leaseMs: 10_000 }), true, 'renew')
    await wait(shortMs)
    const other = await claim('b')
    checkThat(
      other.kind === 'in_flight' && other.leaseLeftMs > shortMs,
      `after the first lease: ${other.kind}`,
    )
  }),
  storeCase(
    'the same token may claim again: its reply may have been lost',
    make,
    async ({ claim }) => {
      await claim('a')
      checkEqual(await claim('a'), { kind: 'claimed', run: 1 }, 'same token')
    },
  ),
  storeCase('complete may be repeated by its owner', make, async ({ store, key, claim }) => {
    await claim('a')
    const complete = () => store.complete({ key, token: 'a', result: null })
    checkEqual([await complete(), await complete()], [true, true], 'complete twice')
  }),
  storeCase('a stale token changes nothing', make, async ({ store, key, claim }) => {
    await claim('a')
    const tried = [
      await store.complete({ key, token: 'z', result: null }),
      await store.release({ key, token: 'z' }),
      await store.renew({ key, token: 'z', leaseMs: 1 }),
    ]
    checkEqual(tried, [false, false, false], 'operations of a stranger')
    checkEqual((await claim('b')).kind, 'in_flight', 'the claim')
  }),
  storeCase('nothing is settled that was never claimed', make, async ({ store, key }) => {
    const tried = [
      await store.complete({ key, token: 'a', result: null }),
      await store.release({ key, token: 'a' }),
      await store.renew({ key, token: 'a', leaseMs: 1000 }),
    ]
    checkEqual(tried, [false, false, false], 'operations')
  }),
  storeCase(
    'a done record is not reopened: not by release, not by renew',
    make,
    async ({ store, key, claim }) => {
      await claim('a')
      await store.complete({ key, token: 'a', result: null })
      checkEqual(await store.release({ key, token: 'a' }), false, 'release after done')
      checkEqual(await store.renew({ key, token: 'a', leaseMs: 1000 }), false, 'renew after done')
      checkEqual((await claim('a')).kind, 'done', 'claim with the same token')
    },
  ),
  storeCase('complete after release is refused', make, async ({ store, key, claim }) => {
    await claim('a')
    await store.release({ key, token: 'a' })
    checkEqual(await store.complete({ key, token: 'a', result: null }), false, 'complete')
  }),
  storeCase(
    'complete after the lease ended, before anybody took over, counts',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { leaseMs: shortMs })
      await wait(shortMs)
      checkEqual(await store.complete({ key, token: 'a', result: null }), true, 'complete')
      checkEqual((await claim('b')).kind, 'done', 'later claim')
    },
  ),
  storeCase('keys do not touch each other, odd ones included', make, async ({ claim, key }) => {
    const keys = [
      `${key}:a`,
      `${key}:a:b`,
      `${key}%`,
      `${key}_`,
      `${key}'`,
      `${key}{x}`,
      `${key}*`,
      `${key}~${'k'.repeat(120)}`,
    ]
    for (const one of keys)
      checkEqual(await claim('a', { key: one }), { kind: 'claimed', run: 1 }, one)
  }),
  storeCase('a lease or a retention that is no duration is refused', make, async ({ claim }) => {
    for (const ms of [0, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY]) {
      for (const wrong of [{ leaseMs: ms }, { retentionMs: ms }]) {
        const refused = await claim('a', wrong).then(
          () => 'it was accepted',
          (error: unknown) =>
            error instanceof Error && 'code' in error ? error.code : String(error),
        )
        checkEqual(refused, 'option_invalid', `${JSON.stringify(wrong)} ${ms}`)
      }
    }
    checkEqual(await claim('a'), { kind: 'claimed', run: 1 }, 'nothing was claimed meanwhile')
  }),
  ...retentionCases(make),
  ...fingerprintCases(make),
  ...concurrencyCases(make),
]
