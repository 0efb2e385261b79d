/** An event that is to be handled within one transaction. */
export interface TransactionRequest {
  /** The event's key: at most 200 printable ASCII characters. */
  readonly key: string
  /** What the body's bytes hash to; kept with the record. */
  readonly fingerprint: string
  /** Milliseconds for which the record is kept. */
  readonly retentionMs: number
  /** Milliseconds after which a run that has not ended is given up. */
  readonly maxRunMs: number
}

/** What a run within a transaction asks for: to commit its writes with the record, or to undo both. */
export interface TransactionRun<Value> {
  readonly commit: boolean
  readonly value: Value
}

/** What came of it. Whatever it is but `committed`, nothing is recorded as done. */
export type TransactionOutcome<Value> =
  | { readonly kind: 'committed'; readonly value: Value }
  | { readonly kind: 'rolled_back'; readonly value: Value }
  /** The run ended the transaction itself, or left it failed: it could not be committed with the record. */
  | { readonly kind: 'broken'; readonly value: Value }
  /** The run did not end within `maxRunMs`: it was rolled back, and the key is free. It may still be going on. */
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'in_flight' }
  /** Nobody works on it, but it was claimed with another fingerprint before: it was not run. */
  | { readonly kind: 'released'; readonly fingerprint: string }
  | { readonly kind: 'done'; readonly fingerprint: string }

/**
 * A store that keeps its record in the same transaction as the handlers' own writes: both are
 * committed or neither is, so that the effects happen exactly once. There is no lease: a crash rolls
 * back, and the next delivery runs at once.
 *
 * The record says *in flight* until the last statement before the commit, which makes it *done* only in
 * the transaction that was begun for it: a run that commits by itself must not leave a record that looks
 * done. Such a record may be taken over once its run has ended, and after `maxRunMs` in any case.
 *
 * `Tx` is what handlers get as `ctx.tx`. Only what is written through it is part of the transaction, and
 * it cannot be used after the transaction has ended.
 */
export interface TransactionalStore<Tx> {
  /** For logs and metrics. */
  readonly name: string
  /**
   * Runs once for a key. After `maxRunMs` it does not wait for the run any longer: it aborts the run's
   * signal, rolls back, lets nobody else have the connection, frees the key and answers `timed_out`. The
   * signal is aborted as well when the connection is lost; `runLimit` does the waiting and the aborting.
   *
   * Throws `StoreUnavailableError` when the transaction could not be begun, was lost, or when it is not
   * known whether it was committed: the sender's retry finds the truth.
   */
  transact<Value>(
    request: TransactionRequest,
    run: (tx: Tx, signal: AbortSignal) => Promise<TransactionRun<Value>>,
  ): Promise<TransactionOutcome<Value>>
  /** Deletes at most `limit` records whose retention has passed, and says how many. */
  sweep?(limit: number): Promise<number>
  /** For operators: drops a record, so that a deliberate redelivery runs. */
  forget?(key: string): Promise<boolean>
}
