import { checkEqual, checkThat } from './check.ts'
import type { StoreCase } from './store-case.ts'
import {
  type TransactionalStoreOnTrial,
  type TransactionalTrial,
  transactionalCase,
} from './transactional-case.ts'

/** What a run does with the transaction that it was given. */
type Tampering<Tx> = (tx: Tx, trial: TransactionalTrial<Tx>) => Promise<void>

/** Begins a transaction; a client may refuse to, after the server has done it. */
const begin = async <Tx>(tx: Tx, { execute }: TransactionalTrial<Tx>): Promise<void> => {
  await Promise.resolve(tx)
    .then((open) => execute(open, 'BEGIN'))
    .catch(() => {})
}

/** The ways in which a run ends its transaction itself, and how many effects it leaves by that. */
const tamperings = <Tx>(): readonly [name: string, left: number, Tampering<Tx>][] => [
  [
    'commits by itself',
    1,
    async (tx, { key, write, execute }) => {
      await write(tx, key)
      await execute(tx, 'COMMIT')
    },
  ],
  [
    'commits by itself and begins again',
    1,
    async (tx, trial) => {
      const { key, write, execute } = trial
      await write(tx, key)
      await execute(tx, 'COMMIT')
      await begin(tx, trial)
      await write(tx, key)
    },
  ],
  [
    'rolls back by itself',
    0,
    async (tx, { key, write, execute }) => {
      await write(tx, key)
      await execute(tx, 'ROLLBACK')
    },
  ],
  [
    'rolls back by itself and begins again',
    0,
    async (tx, trial) => {
      const { key, write, execute } = trial
      await write(tx, key)
      await execute(tx, 'ROLLBACK')
      await begin(tx, trial)
      await write(tx, key)
    },
  ],
]

/** What must hold when a run ends the transaction that is not its own to end, or breaks it. */
export const brokenTransactionCases = <Tx>(
  make: () => TransactionalStoreOnTrial<Tx> | Promise<TransactionalStoreOnTrial<Tx>>,
): readonly StoreCase[] => [
  ...tamperings<Tx>().map(([name, left, tamper]) =>
    transactionalCase(`a run that ${name} is broken, and not done`, make, async (trial) => {
      const { key, effects, transact, writeOnce } = trial
      const outcome = await transact(async (tx) => {
        await tamper(tx, trial)
        return { commit: true, value: 'value' }
      })
      checkEqual(outcome, { kind: 'broken', value: 'value' }, 'run')
      checkEqual(await effects(key), left, 'effects')
      checkEqual((await writeOnce()).kind, 'committed', 'next run')
      checkEqual(await effects(key), left + 1, 'effects of the next run')
      checkEqual((await writeOnce()).kind, 'done', 'after it')
    }),
  ),
  ...tamperings<Tx>().map(([name, , tamper]) =>
    transactionalCase(`a run that ${name} and then fails is not done`, make, async (trial) => {
      const { transact, writeOnce } = trial
      const { kind } = await transact(async (tx) => {
        await tamper(tx, trial)
        return { commit: false, value: 'value' }
      })
      const told = name.startsWith('commits') ? ['broken'] : ['broken', 'rolled_back']
      checkThat(told.includes(kind), `the run is ${kind}`)
      checkEqual((await writeOnce()).kind, 'committed', 'next run')
    }),
  ),
  transactionalCase(
    'a run that commits by itself and then breaks a transaction of its own is not done',
    make,
    async (trial) => {
      const { execute, transact, writeOnce } = trial
      const { kind } = await transact(async (tx) => {
        await execute(tx, 'COMMIT')
        await begin(tx, trial)
        await Promise.resolve(tx)
          .then((open) => execute(open, 'SELECT no_such_column'))
          .catch(() => {})
        return { commit: false, value: 'value' }
      })
      checkEqual(kind, 'broken', 'run')
      checkEqual((await writeOnce()).kind, 'committed', 'next run')
    },
  ),
  transactionalCase(
    'a helper with a transaction of its own is found out, or refused',
    make,
    async ({ key, write, execute, transact, writeOnce }) => {
      const { kind } = await transact(async (tx) => {
        try {
          await execute(tx, 'BEGIN')
          await write(tx, key)
          await execute(tx, 'COMMIT')
        } catch {
          await execute(tx, 'ROLLBACK')
          return { commit: false, value: 'value' }
        }
        return { commit: true, value: 'value' }
      })
      checkThat(kind === 'broken' || kind === 'rolled_back', `the run is ${kind}`)
      checkEqual((await writeOnce()).kind, 'committed', 'next run')
    },
  ),
  transactionalCase(
    'savepoints are the run’s own to take, to release and to roll back to',
    make,
    async ({ key, write, execute, effects, transact }) => {
      const { kind } = await transact(async (tx) => {
        await execute(tx, 'SAVEPOINT one')
        await write(tx, key)
        await execute(tx, 'RELEASE SAVEPOINT one')
        await execute(tx, 'SAVEPOINT two')
        await write(tx, key)
        await execute(tx, 'ROLLBACK TO SAVEPOINT two')
        return { commit: true, value: undefined }
      })
      checkEqual([kind, await effects(key)], ['committed', 1], 'run and effects')
    },
  ),
  transactionalCase(
    'a statement that failed and was swallowed is never half a success',
    make,
    async ({ key, write, execute, effects, transact, writeOnce }) => {
      const { kind } = await transact(async (tx) => {
        await write(tx, key)
        // What the database thinks of its transaction now is what the case is about.
        await Promise.resolve(tx)
          .then((open) => execute(open, 'SELECT no_such_column'))
          .catch(() => {})
        return { commit: true, value: undefined }
      })
      checkThat(kind === 'broken' || kind === 'committed', `the run is ${kind}`)
      checkEqual(await effects(key), kind === 'committed' ? 1 : 0, 'effects')
      checkEqual(
        (await writeOnce()).kind,
        kind === 'committed' ? 'done' : 'committed',
        'next delivery',
      )
    },
  ),
  ...(['at once', 'behind another one'] as const).map((when) =>
    transactionalCase(
      `a statement that nobody awaited and that fails ${when} is never half a success`,
      make,
      async ({ key, write, execute, effects, transact, writeOnce }) => {
        let stray: Promise<void> | undefined
        const { kind } = await transact(async (tx) => {
          await write(tx, key)
          const audit = async (): Promise<void> => {
            if (when !== 'at once') await execute(tx, 'SELECT 1')
            await execute(tx, 'SELECT no_such_column')
          }
          stray = audit().catch(() => {})
          return { commit: true, value: undefined }
        })
        await stray
        checkThat(kind === 'broken' || kind === 'committed', `the run is ${kind}`)
        checkEqual(await effects(key), kind === 'committed' ? 1 : 0, 'effects')
        checkEqual(
          (await writeOnce()).kind,
          kind === 'committed' ? 'done' : 'committed',
          'next delivery',
        )
      },
    ),
  ),
]
