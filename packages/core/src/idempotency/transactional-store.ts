import type { IdempotencyStore } from './store.ts'

/** An event that is to be handled within one transaction. */
export interface TransactionRequest {
  /** The event's key: at most 200 printable ASCII characters. */
  readonly key: string
  /** What the body's bytes hash to; kept with the record. */
  readonly fingerprint: string
  /** Milliseconds for which the record is kept. */
  readonly retentionMs: number
  /** Milliseconds after which a run that has not ended is rolled back. */
  readonly maxRunMs: number
}

/** What a run within a transaction asks for: to commit its writes with the record, or to undo both. */
export interface TransactionRun<Value> {
  readonly commit: boolean
  readonly value: Value
}

/** The outcome. Only `committed` and `done` mean that the event is recorded as done. */
export type TransactionOutcome<Value> =
  | { readonly kind: 'committed'; readonly value: Value }
  | { readonly kind: 'rolled_back'; readonly value: Value }
  /**
   * The run ended the transaction itself, or left it in a state in which it could not be committed with the record:
   * failed, or with a deferred constraint violated. `error` is what the database said.
   */
  | { readonly kind: 'broken'; readonly value: Value; readonly error?: unknown }
  /** The run did not end within `maxRunMs`. It was rolled back and the key is free; the run's code may still be going on. */
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'in_flight' }
  /** An earlier run failed, and its fingerprint is different: the event was not run. */
  | { readonly kind: 'released'; readonly fingerprint: string }
  | { readonly kind: 'done'; readonly fingerprint: string }

/**
 * A store that keeps its record in the same transaction as the handlers' own writes: both are
 * committed or neither is, so that the effects happen exactly once. There is no lease: a crash rolls
 * back, and the next delivery runs at once.
 *
 * The record is *in flight* until the last statement before the commit, which marks it as *done* only in
 * the transaction that was begun for it: a run that commits itself must not leave a record that is done.
 * Such a record can be taken over when its run has ended, and after `maxRunMs` in any case.
 *
 * `Tx` is what handlers get as `ctx.tx`. Only what is written through it is part of the transaction. It
 * cannot be used after the transaction has ended.
 */
export interface TransactionalStore<Tx> {
  /** For logs and metrics. */
  readonly name: string
  /** Whether other processes, of another service too, can come to the same records: see {@link IdempotencyStore}. */
  readonly shared: boolean
  /**
   * Runs once for a key. After `maxRunMs` it stops waiting for the run: it aborts the run's signal, rolls
   * back, keeps the connection from other runs, frees the key and returns `timed_out`. It also aborts the
   * signal when the connection is lost. `runLimit` implements this.
   *
   * Throws `StoreUnavailableError` if the transaction could not be begun, if its connection was lost, or if
   * it is unknown whether it was committed: the sender's retry finds out.
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
