import { newToken } from '#crypto'
import type { ClaimOutcome, IdempotencyStore } from '../idempotency/store.ts'

/** A store on trial. */
export interface StoreOnTrial {
  readonly store: IdempotencyStore
  /**
   * Moves the store's clock on by so many milliseconds; default: waits as long, for stores whose
   * clock is a server's.
   */
  readonly advance?: (ms: number) => void | Promise<void>
  /** Gives back what the store was made with. */
  readonly close?: () => void | Promise<void>
}

/** One thing that every store must do. Throws when it does not. */
export interface StoreCase {
  readonly name: string
  run(): Promise<void>
}

/** What a case works with: a store, keys that no other case has, and time. */
export interface StoreTrial {
  readonly store: IdempotencyStore
  readonly key: string
  readonly wait: (ms: number) => Promise<void>
  readonly claim: (token: string, more?: ClaimOptions) => Promise<ClaimOutcome>
}

/** What a claim may be given beside its token. */
export interface ClaimOptions {
  readonly key?: string
  readonly fingerprint?: string
  readonly leaseMs?: number
  readonly retentionMs?: number
}

/** A key that no other case has. */
export const randomKey = (): string => `case-${newToken()}`

const realWait = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms + 5))

/** Makes a case out of what it does with a fresh store. */
export const storeCase = (
  name: string,
  make: () => StoreOnTrial | Promise<StoreOnTrial>,
  body: (trial: StoreTrial) => Promise<void>,
): StoreCase => ({
  name,
  run: async () => {
    const { store, advance, close } = await make()
    const key = randomKey()
    try {
      await body({
        store,
        key,
        wait: async (ms) => (advance ?? realWait)(ms),
        claim: async (token, more = {}) =>
          store.claim({
            key,
            token,
            fingerprint: 'fp',
            leaseMs: 10_000,
            retentionMs: 600_000,
            ...more,
          }),
      })
    } finally {
      await close?.()
    }
  },
})
