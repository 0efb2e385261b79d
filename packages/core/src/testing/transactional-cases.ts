import type { TransactionOutcome } from '../idempotency/transactional-store.ts'
import { checkEqual, checkThat } from './check.ts'
import type { StoreCase } from './store-case.ts'
import { brokenTransactionCases } from './transactional-broken-cases.ts'
import { type TransactionalStoreOnTrial, transactionalCase } from './transactional-case.ts'
import { runLimitCases } from './transactional-limit-cases.ts'

const kinds = (outcomes: readonly TransactionOutcome<unknown>[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/**
 * The conformance list of transactional stores. Run it on a store of your own, with any test runner.
 *
 * @param make - makes a store with a table for effects; cases use keys of their own, so all may share one server
 *
 * @example
 * const onTrial = () => ({
 *   store: myStore({ client }),
 *   write: (tx, id) => tx.query('INSERT INTO effects VALUES ($1)', [id]),
 *   execute: (tx, statement) => tx.query(statement),
 *   effects: async (id) => (await client.query('SELECT * FROM effects WHERE id = $1', [id])).rows.length,
 * })
 * for (const { name, run } of transactionalCases(onTrial)) test(name, run)
 */
export const transactionalCases = <Tx>(
  make: () => TransactionalStoreOnTrial<Tx> | Promise<TransactionalStoreOnTrial<Tx>>,
): readonly StoreCase[] => [
  transactionalCase(
    'a run is committed with its record, which keeps the fingerprint',
    make,
    async ({ key, effects, writeOnce }) => {
      const committed = await writeOnce({ fingerprint: 'first' })
      checkEqual(committed, { kind: 'committed', value: 'ran' }, 'run')
      checkEqual(
        await writeOnce({ fingerprint: 'second' }),
        { kind: 'done', fingerprint: 'first' },
        'later delivery',
      )
      checkEqual(await effects(key), 1, 'effects')
    },
  ),
  transactionalCase(
    'a run that is undone leaves neither an effect nor a record, and the next one runs at once',
    make,
    async ({ key, write, effects, transact, writeOnce }) => {
      const undone = await transact(async (tx) => {
        await write(tx, key)
        return { commit: false, value: 'failed' }
      })
      checkEqual(undone, { kind: 'rolled_back', value: 'failed' }, 'run')
      checkEqual(await effects(key), 0, 'effects')
      checkEqual((await writeOnce()).kind, 'committed', 'next run')
      checkEqual(await effects(key), 1, 'effects of the next run')
    },
  ),
  transactionalCase(
    'of 100 runs of one key at once one has an effect',
    make,
    async ({ key, write, effects, transact }) => {
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, () =>
          transact(async (tx) => {
            await write(tx, key)
            await turn()
            return { commit: true, value: undefined }
          }),
        ),
      )
      const { committed, in_flight: inFlight = 0, done = 0 } = kinds(outcomes)
      checkEqual([committed, inFlight + done], [1, 99], 'outcomes')
      checkEqual(await effects(key), 1, 'effects')
    },
  ),
  transactionalCase(
    'a duplicate of what runs is in flight at once: it waits for nobody',
    make,
    async ({ write, key, transact, writeOnce }) => {
      let duplicate: TransactionOutcome<unknown> | undefined
      const first = await transact(async (tx) => {
        await write(tx, key)
        duplicate = await writeOnce()
        return { commit: true, value: undefined }
      })
      checkEqual([first.kind, duplicate], ['committed', { kind: 'in_flight' }], 'outcomes')
    },
  ),
  transactionalCase(
    'runs of other keys each have their effect',
    make,
    async ({ key, effects, writeOnce }) => {
      const keys = Array.from({ length: 20 }, (_, index) => `${key}-${index}`)
      const outcomes = await Promise.all(keys.map((one) => writeOnce({ key: one })))
      checkEqual(kinds(outcomes), { committed: 20 }, 'outcomes')
      for (const one of keys) checkEqual(await effects(one), 1, one)
    },
  ),
  transactionalCase(
    'a time that is no duration is refused, unrun',
    make,
    async ({ key, effects, writeOnce }) => {
      for (const ms of [0, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY]) {
        for (const wrong of [{ maxRunMs: ms }, { retentionMs: ms }]) {
          const refused = await writeOnce(wrong).then(
            ({ kind }) => kind,
            (error: unknown) =>
              error instanceof Error && 'code' in error ? error.code : String(error),
          )
          checkEqual(refused, 'option_invalid', `${JSON.stringify(wrong)} ${ms}`)
        }
      }
      checkEqual(await effects(key), 0, 'effects')
    },
  ),
  transactionalCase(
    'forget drops a record, and sweep only what has expired',
    make,
    async ({ store, key, writeOnce }) => {
      checkEqual((await writeOnce()).kind, 'committed', 'first run')
      if (store.forget !== undefined) {
        checkEqual([await store.forget(key), await store.forget(key)], [true, false], 'forget')
        checkEqual((await writeOnce()).kind, 'committed', 'run after it')
      }
      await store.sweep?.(1000)
      checkEqual((await writeOnce()).kind, 'done', 'after the sweep')
      checkThat((await store.sweep?.(1)) !== 2, 'a sweep of 1 deleted 2')
    },
  ),
  ...brokenTransactionCases(make),
  ...runLimitCases(make),
]
