import { checkEqual, checkThat } from './check.ts'
import type { StoreCase } from './store-case.ts'
import { type TransactionalStoreOnTrial, transactionalCase } from './transactional-case.ts'

const shortMs = 150
/** Within which a run that was given up must be over, on a busy machine too. */
const soonMs = 5000

const never = (): Promise<never> => new Promise(() => {})

/** What must hold for a run that does not end. */
export const runLimitCases = <Tx>(
  make: () => TransactionalStoreOnTrial<Tx> | Promise<TransactionalStoreOnTrial<Tx>>,
): readonly StoreCase[] => [
  transactionalCase(
    'a run that never ends is given up at maxRunMs: it is told, undone, and the next one runs',
    make,
    async ({ key, write, effects, transact, writeOnce }) => {
      const startedAt = performance.now()
      let told: AbortSignal | undefined
      const outcome = await transact(
        async (tx, signal) => {
          told = signal
          await write(tx, key)
          checkEqual(signal.aborted, false, 'the signal at first')
          return never()
        },
        { maxRunMs: shortMs },
      )
      const tookMs = performance.now() - startedAt
      checkEqual(outcome, { kind: 'timed_out' }, 'run')
      checkThat(tookMs >= shortMs - 5 && tookMs < soonMs, `it was given up after ${tookMs} ms`)
      checkEqual(told?.aborted, true, 'the signal')
      checkEqual((await writeOnce()).kind, 'committed', 'next run')
      checkEqual(await effects(key), 1, 'effects')
    },
  ),
  transactionalCase(
    'many runs that never end stop nobody else',
    make,
    async ({ key, transact, effects, writeOnce }) => {
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          transact(() => never(), { key: `${key}-${index}`, maxRunMs: shortMs }).then(
            ({ kind }) => kind,
            // It waited for its turn for as long as the others ran.
            (error: unknown) =>
              error instanceof Error && 'code' in error ? error.code : String(error),
          ),
        ),
      )
      checkThat(
        outcomes.every((one) => one === 'timed_out' || one === 'store_unavailable'),
        JSON.stringify(outcomes),
      )
      for (let index = 0; index < 12; index++) {
        const one = `${key}-${index}`
        checkEqual((await writeOnce({ key: one })).kind, 'committed', one)
        checkEqual(await effects(one), 1, `effects of ${one}`)
      }
    },
  ),
  transactionalCase(
    'what a run writes after it was given up has no effect, also while others run',
    make,
    async ({ key, write, execute, effects, transact }) => {
      let late: Tx | undefined
      await transact(
        (tx) => {
          late = tx
          return never()
        },
        { maxRunMs: shortMs },
      )
      const ghost = `${key}-ghost`
      const haunt = async (): Promise<void> => {
        for (const act of [(tx: Tx) => write(tx, ghost), (tx: Tx) => execute(tx, 'ROLLBACK')]) {
          // It is refused, or it is lost.
          if (late !== undefined)
            await Promise.resolve(late)
              .then(act)
              .catch(() => {})
        }
      }
      await haunt()
      const other = await transact(async (tx) => {
        await haunt()
        await write(tx, key)
        await haunt()
        return { commit: true, value: undefined }
      })
      await haunt()
      checkEqual(other.kind, 'committed', 'the run meanwhile')
      checkEqual([await effects(ghost), await effects(key)], [0, 1], 'effects')
    },
  ),
  transactionalCase(
    'a run that commits by itself and then never ends does not keep its key',
    make,
    async ({ execute, transact, writeOnce }) => {
      const { kind } = await transact(
        async (tx) => {
          await execute(tx, 'COMMIT')
          return never()
        },
        { maxRunMs: shortMs },
      )
      checkEqual(kind, 'timed_out', 'run')
      checkEqual((await writeOnce()).kind, 'committed', 'next run')
    },
  ),
  transactionalCase('a run that ends in time is not told anything', make, async ({ transact }) => {
    let told: AbortSignal | undefined
    await transact(
      async (_, signal) => {
        told = signal
        return { commit: true, value: undefined }
      },
      { maxRunMs: shortMs },
    )
    await new Promise((resolve) => setTimeout(resolve, 2 * shortMs))
    checkEqual(told?.aborted, false, 'the signal')
  }),
]
