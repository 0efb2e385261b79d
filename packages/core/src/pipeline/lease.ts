import { LazyAbort } from '../async/lazy-abort.ts'
import { startTimer, timedOut, within } from '../async/timer.ts'
import type { IdempotencyStore, OwnedClaim } from '../idempotency/store.ts'
import type { ReceiverConfig } from './config.ts'

/** The right to handle one event, for as long as it is renewed. */
export interface Lease {
  /** Counts the runs of this event: 1 for the first. */
  readonly run: number
  /** Aborted when the lease is lost or may not be renewed any more, and by `abort`. */
  signal(): AbortSignal
  /** Renews the lease from now on, until it is settled: called when the work turns out to take its time. */
  keep(): void
  /** Tells the handlers to stop; the lease itself goes on until it is completed or released. */
  abort(reason: Error): void
  /** Marks the event as handled. Never throws: a 5xx after success would run the handlers again for sure. */
  complete(): Promise<void>
  /** Gives the event back, so that the sender's retry runs. Never throws: the lease ends by itself. */
  release(): Promise<void>
}

/** The lease of a run without a store (`fail-open`). */
export const unguardedLease = (): Lease => {
  const stopping = new LazyAbort()
  return {
    run: 1,
    signal: () => stopping.signal(),
    keep: () => {},
    abort: (reason) => stopping.abort(reason),
    complete: async () => {},
    release: async () => {},
  }
}

const completeTries = 3

/** A class, because one is made for each delivery, and a closure for each method would be as well. */
class StoreLease implements Lease {
  readonly run: number
  readonly #config: ReceiverConfig
  readonly #store: IdempotencyStore
  readonly #owner: OwnedClaim
  readonly #startedAt = performance.now()
  readonly #stopping = new LazyAbort()
  #settled = false
  #stopTimer: (() => void) | undefined

  constructor(config: ReceiverConfig, store: IdempotencyStore, owner: OwnedClaim, run: number) {
    this.run = run
    this.#config = config
    this.#store = store
    this.#owner = owner
  }

  signal(): AbortSignal {
    return this.#stopping.signal()
  }

  abort(reason: Error): void {
    this.#stopping.abort(reason)
  }

  keep(): void {
    if (this.#stopTimer !== undefined) return
    // A handler that blocked the process before it waited may have used up the lease already.
    this.#renewIn(Math.max(0, this.#renewalMs - this.#ageMs))
  }

  async complete(): Promise<void> {
    this.#settle()
    const { logger, storeTimeoutMs } = this.#config
    const { key, token } = this.#owner
    for (let tries = 1; tries <= completeTries; tries++) {
      try {
        const completing = this.#store.complete({ key, token, result: null })
        const kept = await within(storeTimeoutMs, completing)
        if (kept === true) return
        if (kept === false) {
          logger.warn(
            this.#about,
            'the handlers finished after the lease was lost: the event may run twice',
          )
          return
        }
      } catch (error) {
        if (tries === completeTries)
          logger.error({ ...this.#about, err: error }, 'the store refused `complete`')
      }
    }
    logger.error(
      this.#about,
      'the event was handled, but could not be marked so: a retry after the lease runs it again',
    )
  }

  async release(): Promise<void> {
    this.#settle()
    const { logger, storeTimeoutMs } = this.#config
    try {
      const kept = await within(storeTimeoutMs, this.#store.release(this.#owner))
      if (kept === timedOut)
        logger.warn(this.#about, 'the store did not answer `release`: the lease ends by itself')
    } catch (error) {
      logger.warn(
        { ...this.#about, err: error },
        'the claim could not be released: the lease ends by itself',
      )
    }
  }

  get #about() {
    return { key: this.#owner.key, store: this.#store.name, run: this.run }
  }

  get #ageMs(): number {
    return performance.now() - this.#startedAt
  }

  /** At every third of its length: one missed renewal is no loss, there are two more before the lease ends. */
  get #renewalMs(): number {
    return this.#config.leaseMs / 3
  }

  #renewIn(ms: number): void {
    if (this.#settled) return
    this.#stopTimer = startTimer(ms, () => void this.#renew())
  }

  async #renew(): Promise<void> {
    const { leaseMs, maxRunMs, storeTimeoutMs, logger } = this.#config
    if (this.#ageMs >= maxRunMs) {
      this.#lose('the handlers run longer than maxRunMs: the lease is no longer renewed')
      return
    }
    try {
      const kept = await within(storeTimeoutMs, this.#store.renew({ leaseMs, ...this.#owner }))
      if (this.#settled) return
      if (kept === false) {
        this.#lose('the lease was lost to another process')
        return
      }
    } catch (error) {
      logger.warn({ ...this.#about, err: error }, 'the lease could not be renewed')
    }
    this.#renewIn(this.#renewalMs)
  }

  #lose(message: string): void {
    this.#config.logger.warn(this.#about, message)
    this.#stopping.abort(new Error(message))
  }

  #settle(): void {
    this.#settled = true
    this.#stopTimer?.()
  }
}

/** A lease in the store; one that is kept is renewed at every third of its length. */
export const storeLease = (
  config: ReceiverConfig,
  store: IdempotencyStore,
  owner: OwnedClaim,
  run: number,
): Lease => new StoreLease(config, store, owner, run)
