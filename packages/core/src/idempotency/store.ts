/** What a receiver asks of a store to take the right to handle one event. */
export interface ClaimRequest {
  /** The event's key: at most 200 printable ASCII characters. */
  readonly key: string
  /**
   * A random owner id that the caller makes, one per delivery. A claim may be sent again with the
   * same token after its reply was lost: it returns `claimed` again, with the same run.
   */
  readonly token: string
  /** What the body's bytes hash to; kept with the record and given back to later claimants. */
  readonly fingerprint: string
  /** Milliseconds after which a silent owner loses the claim. */
  readonly leaseMs: number
  /** Milliseconds from this claim on for which the record is kept; never shorter than its lease, renewals included. */
  readonly retentionMs: number
}

/** What a claim yields. A conflict is a value: a store throws only when it did not answer or is full. */
export type ClaimOutcome =
  | {
      readonly kind: 'claimed'
      /** Counts the runs: 1 for the first. More than 1 means that an earlier run did not finish. */
      readonly run: number
    }
  | {
      readonly kind: 'in_flight'
      readonly run: number
      readonly fingerprint: string
      /** Milliseconds until the claim can be taken over, more than 0 and at most the lease. */
      readonly leaseLeftMs: number
    }
  | {
      /** An earlier run failed or its lease has expired, and its fingerprint is different: not claimed. */
      readonly kind: 'released'
      readonly run: number
      readonly fingerprint: string
    }
  | {
      readonly kind: 'done'
      readonly run: number
      readonly fingerprint: string
      /** What `complete` was given. */
      readonly result: string | null
    }

/** A claim that its owner speaks of. */
export interface OwnedClaim {
  readonly key: string
  readonly token: string
}

/**
 * Remembers which events were handled. Every operation is one atomic step; time is the store's own
 * clock; `complete`, `renew` and `release` act only for the token that owns the claim and answer
 * `false`, not an error, for a stale one.
 *
 * A claim succeeds when there is no record, its retention has passed, or the same token owns it; with the
 * fingerprint of the record also when it was released and its delay has passed, or its lease has passed. A
 * record keeps its first fingerprint, so that a failed run does not open its id to other bytes. A done
 * record is never reopened.
 *
 * A store in the process's own memory answers without a promise: it is faster. Await what any store answers.
 */
export interface IdempotencyStore {
  /** For logs and metrics, such as `memory` or `redis`. */
  readonly name: string
  /**
   * Whether other processes, of another service too, can come to the same records. Then receivers must be told apart
   * by `endpoint`. `false` only for what lives in the memory of this process.
   */
  readonly shared: boolean
  /** Takes the right to handle an event, or says who has it. Throws `StoreUnavailableError` when full or down. */
  claim(request: ClaimRequest): ClaimOutcome | Promise<ClaimOutcome>
  /** Extends the lease to `leaseMs` from now; false when the token no longer owns the claim. */
  renew(claim: OwnedClaim & { readonly leaseMs: number }): boolean | Promise<boolean>
  /** Marks the event as handled; true again when repeated by the owner. `result` is at most 1 KiB. */
  complete(claim: OwnedClaim & { readonly result: string | null }): boolean | Promise<boolean>
  /** Gives the claim back: the next delivery may take it, after `delayMs` (default 0). */
  release(claim: OwnedClaim & { readonly delayMs?: number }): boolean | Promise<boolean>
  /** Deletes at most `limit` records whose retention has passed, and says how many. */
  sweep?(limit: number): Promise<number>
  /** For operators: drops a handled or released record so that a deliberate redelivery runs; false while in flight. */
  forget?(key: string): Promise<boolean>
}
