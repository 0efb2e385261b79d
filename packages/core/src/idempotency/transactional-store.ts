/** An event that is to be handled within one transaction. */
export interface TransactionRequest {
  /** The event's key: at most 200 printable ASCII characters. */
  readonly key: string
  /** What the body's bytes hash to; kept with the record. */
  readonly fingerprint: string
  /** Milliseconds for which the record is kept. */
  readonly retentionMs: number
}

/** What a run within a transaction asks for: to commit its writes with the record, or to undo both. */
export interface TransactionRun<Value> {
  readonly commit: boolean
  readonly value: Value
}

/** What came of it. */
export type TransactionOutcome<Value> =
  | { readonly kind: 'committed'; readonly value: Value }
  | { readonly kind: 'rolled_back'; readonly value: Value }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'done'; readonly fingerprint: string }

/**
 * A store that keeps its record in the same transaction as the handlers' own writes: both are
 * committed or neither is, so that the effects happen exactly once. There is no lease: a crash rolls
 * back, and the next delivery runs at once.
 *
 * `Tx` is what handlers get as `ctx.tx`. Only what is written through it is part of the transaction.
 */
export interface TransactionalStore<Tx> {
  /** For logs and metrics. */
  readonly name: string
  /**
   * Runs once for a key. Throws `StoreUnavailableError` when the transaction could not be begun, or
   * when it is not known whether it was committed: the sender's retry finds the truth.
   */
  transact<Value>(
    request: TransactionRequest,
    run: (tx: Tx) => Promise<TransactionRun<Value>>,
  ): Promise<TransactionOutcome<Value>>
  /** Deletes at most `limit` records whose retention has passed, and says how many. */
  sweep?(limit: number): Promise<number>
  /** For operators: drops a record, so that a deliberate redelivery runs. */
  forget?(key: string): Promise<boolean>
}
