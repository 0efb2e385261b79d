import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { type TimedOut, timedOut, within } from '../async/timer.ts'
import type { Source } from '../delivery/delivery.ts'
import { keepAlive } from '../delivery/keep-alive.ts'
import { StoreUnavailableError } from '../idempotency/storage-errors.ts'
import type {
  ClaimOutcome,
  ClaimRequest,
  IdempotencyStore,
  OwnedClaim,
} from '../idempotency/store.ts'
import { callStore } from './call-store.ts'
import type { ReceiverConfig } from './config.ts'

/** No answer to a claim, and why. */
export interface NoAnswer {
  readonly kind: 'no_answer'
  readonly error: unknown
}

/** The error of a store that did not answer in time. */
export const noAnswer = (ms: number): StoreUnavailableError =>
  new StoreUnavailableError(`It did not answer within ${ms} ms.`, { reason: 'no_answer' })

/**
 * One delivery's question to the store. It is asked twice with the same token if need be: a claim whose reply was lost is
 * ours all the same.
 */
export class Claiming {
  readonly config: ReceiverConfig
  readonly store: IdempotencyStore
  readonly request: ClaimRequest
  readonly deadline: Deadline
  /** The calls that were not answered in time. */
  readonly #pending: PromiseLike<ClaimOutcome>[]

  constructor(
    config: ReceiverConfig,
    store: IdempotencyStore,
    request: ClaimRequest,
    deadline: Deadline,
    pending: PromiseLike<ClaimOutcome>[] = [],
  ) {
    this.config = config
    this.store = store
    this.request = request
    this.deadline = deadline
    this.#pending = pending
  }

  /** Whose claim it will be. */
  get owner(): OwnedClaim {
    const { key, token } = this.request
    return { key, token }
  }

  /** The same question under another fingerprint. */
  as(fingerprint: string): Claiming {
    const { config, store, request, deadline } = this
    return new Claiming(config, store, { ...request, fingerprint }, deadline, this.#pending)
  }

  /** The store's answer, without a promise where it has it at once. Never throws, nor rejects. */
  ask(): ClaimOutcome | NoAnswer | Promise<ClaimOutcome | NoAnswer> {
    try {
      const asked = this.#call()
      if (!isThenable(asked)) return asked
      return this.#inTime(asked).then(
        (reply) => {
          if (reply !== timedOut) return reply
          this.#pending.push(asked)
          return this.#askAgain()
        },
        (error: unknown) => this.#askAgain(error),
      )
    } catch (error) {
      return this.#askAgain(error)
    }
  }

  /**
   * Gives back a claim that lands late: one that nobody waits for any more would hold the sender's retries off until
   * its lease ends.
   */
  releaseLate(isUnwanted: () => boolean, waitUntil: Source['waitUntil']): void {
    for (const asked of this.#pending) {
      const released = Promise.resolve(asked)
        .then((taken) => taken.kind === 'claimed' && isUnwanted() && this.store.release(this.owner))
        // It is down, or the claim was never made: there is nothing more to do.
        .catch(() => {})
      keepAlive(waitUntil, released)
    }
  }

  #call(): ClaimOutcome | Promise<ClaimOutcome> {
    const asked = callStore(this.config, this.store, 'claim', () => this.store.claim(this.request))
    // What is a query, and no promise, would claim once more when a late answer is waited for.
    return isThenable(asked) ? Promise.resolve(asked) : asked
  }

  #inTime(asked: Promise<ClaimOutcome>): Promise<ClaimOutcome | TimedOut> {
    return within(this.config.storeTimeoutMs, asked, this.deadline)
  }

  /** @param failure - what the first call threw; undefined when it was not answered in time */
  async #askAgain(failure?: unknown): Promise<ClaimOutcome | NoAnswer> {
    let error = failure
    if (!this.deadline.isOver()) {
      try {
        const asked = this.#call()
        const reply = isThenable(asked) ? await this.#inTime(asked) : asked
        if (reply !== timedOut) return reply
        if (isThenable(asked)) this.#pending.push(asked)
      } catch (thrown) {
        error = thrown
      }
    }
    return { kind: 'no_answer', error: error ?? noAnswer(this.config.storeTimeoutMs) }
  }
}
