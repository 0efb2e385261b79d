import type {
  TransactionalStore,
  TransactionOutcome,
  TransactionRequest,
  TransactionRun,
} from '../idempotency/transactional-store.ts'
import { randomKey, type StoreCase } from './store-case.ts'

/** A transactional store under test, with a table for the effects of its runs. */
export interface TransactionalStoreOnTrial<Tx> {
  readonly store: TransactionalStore<Tx>
  /** Writes one row of an id through the transaction. */
  readonly write: (tx: Tx, id: string) => unknown
  /** Sends one statement through the transaction, such as `COMMIT`. */
  readonly execute: (tx: Tx, statement: string) => unknown
  /** Counts the rows of an id, as seen from outside any transaction. */
  readonly effects: (id: string) => number | Promise<number>
  /** Gives back what the store was made with. */
  readonly close?: () => void | Promise<void>
}

/** What a case works with: a store, and a key of its own. */
export interface TransactionalTrial<Tx> extends TransactionalStoreOnTrial<Tx> {
  readonly key: string
  /** Runs under the case's key unless told otherwise, with a `maxRunMs` of a minute. */
  readonly transact: <Value>(
    run: (tx: Tx, signal: AbortSignal) => Promise<TransactionRun<Value>>,
    more?: Partial<TransactionRequest>,
  ) => Promise<TransactionOutcome<Value>>
  /** A run that writes one row with the key as its id, and is committed. */
  readonly writeOnce: (more?: Partial<TransactionRequest>) => Promise<TransactionOutcome<string>>
}

/** Makes a case from what it does with a fresh store. */
export const transactionalCase = <Tx>(
  name: string,
  make: () => TransactionalStoreOnTrial<Tx> | Promise<TransactionalStoreOnTrial<Tx>>,
  body: (trial: TransactionalTrial<Tx>) => Promise<void>,
): StoreCase => ({
  name,
  run: async () => {
    const onTrial = await make()
    const key = randomKey()
    const transact: TransactionalTrial<Tx>['transact'] = (run, more = {}) =>
      onTrial.store.transact(
        { key, fingerprint: 'fp', retentionMs: 600_000, maxRunMs: 60_000, ...more },
        run,
      )
    // A store's timers may not keep the process alive; a case that waits for one must.
    const awake = setInterval(() => {}, 1000)
    try {
      await body({
        ...onTrial,
        key,
        transact,
        writeOnce: (more = {}) =>
          transact(async (tx) => {
            await onTrial.write(tx, more.key ?? key)
            return { commit: true, value: 'ran' }
          }, more),
      })
    } finally {
      clearInterval(awake)
      await onTrial.close?.()
    }
  },
})
