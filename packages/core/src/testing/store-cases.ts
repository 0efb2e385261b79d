import { checkEqual, checkThat } from './check.ts'
import { type StoreCase, type StoreOnTrial, storeCase } from './store-case.ts'
import { concurrencyCases } from './store-concurrency-cases.ts'

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
  storeCase('the next owner brings its own fingerprint', make, async ({ store, key, claim }) => {
    await claim('a', { fingerprint: 'first' })
    await store.release({ key, token: 'a' })
    await claim('b', { fingerprint: 'second' })
    const third = await claim('c')
    checkEqual(third.kind === 'in_flight' && third.fingerprint, 'second', 'fingerprint')
  }),
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
  storeCase(
    'retention counts from the claim, and what is forgotten starts at run 1',
    make,
    async ({ store, key, claim, wait }) => {
      await claim('a', { retentionMs: 4 * shortMs, leaseMs: shortMs })
      await wait(shortMs)
      await claim('b', { retentionMs: 4 * shortMs })
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
        await claim('a', { key: `${key}-${index}`, retentionMs: shortMs })
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
  ...concurrencyCases(make),
]
