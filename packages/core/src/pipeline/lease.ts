import type { Deadline } from '../async/deadline.ts'
import { LazyAbort } from '../async/lazy-abort.ts'
import { pause, startTimer, timedOut, within } from '../async/timer.ts'
import type { Source } from '../delivery/delivery.ts'
import { keepAlive } from '../delivery/keep-alive.ts'
import type { Unrecorded } from '../delivery/outcome.ts'
import { rootCause, textOf } from '../idempotency/root-cause.ts'
import { reasonIn } from '../idempotency/storage-errors.ts'
import type { IdempotencyStore, OwnedClaim } from '../idempotency/store.ts'
import { callStore } from './call-store.ts'
import type { ReceiverConfig } from './config.ts'

/** Whether the store has the run as done. */
export type Completion = 'done' | Unrecorded

/** The right to handle one event, for as long as it is renewed. */
export interface Lease {
  /** Counts the runs of this event: 1 for the first. */
  readonly run: number
  /** Whether it was given back. */
  readonly isReleased: boolean
  /** Aborted when the lease is lost or may not be renewed any more, and by `abort`. */
  signal(): AbortSignal
  /** Renews the lease from now on, until it is settled: called when the work turns out to take its time. */
  keep(): void
  /** Tells the handlers to stop; the lease itself goes on until it is completed or released. */
  abort(reason: Error): void
  /**
   * Marks the event as handled, and says whether the store has it. A store that fails is asked again for some
   * seconds; at the deadline that goes on behind the answer. Never throws: a 5xx after success would run the
   * handlers again for sure.
   */
  complete(deadline?: Deadline, waitUntil?: Source['waitUntil']): Promise<Completion>
  /**
   * Gives the event back, so that the sender's retry runs. A store that fails is asked again for some seconds, behind the
   * answer. Never throws: the lease ends by itself.
   */
  release(deadline?: Deadline, waitUntil?: Source['waitUntil']): Promise<undefined>
}

/** The lease of a run without a store (`fail-open`). */
export const unguardedLease = (): Lease => {
  const stopping = new LazyAbort()
  return {
    run: 1,
    isReleased: false,
    signal: () => stopping.signal(),
    keep: () => {},
    abort: (reason) => stopping.abort(reason),
    complete: async () => 'store_skipped',
    release: async () => undefined,
  }
}

/** For how long an end that the store does not take is tried again: a failover takes seconds. */
const endForMs = 10_000

/** The pause after the first failure; each further one is twice as long, up to the longest. */
const firstPauseMs = 50
const longestPauseMs = 1_600

/** A class, because one is made for each delivery, and a closure for each method would be as well. */
class StoreLease implements Lease {
  readonly run: number
  isReleased = false
  readonly #config: ReceiverConfig
  readonly #store: IdempotencyStore
  readonly #owner: OwnedClaim
  /** When the claim was asked for. */
  readonly #startedAt: number
  readonly #stopping = new LazyAbort()
  /** From then on another process may have the event: the store counts from a moment after the one we asked at. */
  #endsAt: number
  #settled = false
  #stopTimer: (() => void) | undefined

  constructor(
    config: ReceiverConfig,
    store: IdempotencyStore,
    owner: OwnedClaim,
    run: number,
    askedAt: number,
  ) {
    this.run = run
    this.#config = config
    this.#store = store
    this.#owner = owner
    this.#startedAt = askedAt
    this.#endsAt = askedAt + config.leaseMs
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

  async complete(deadline?: Deadline, waitUntil?: Source['waitUntil']): Promise<Completion> {
    this.#settle()
    const first = await this.#tryComplete(deadline)
    if (first !== 'store_failed') return first
    const trying = this.#completeLater()
    if (deadline === undefined) return trying
    const result = await deadline.wait(trying)
    if (result !== timedOut) return result
    keepAlive(waitUntil, trying)
    return 'store_failed'
  }

  async release(deadline?: Deadline, waitUntil?: Source['waitUntil']): Promise<undefined> {
    this.#settle()
    this.isReleased = true
    if (!(await this.#tryRelease(deadline))) keepAlive(waitUntil, this.#releaseLater())
  }

  /** Whether the store answered. */
  async #tryRelease(deadline?: Deadline): Promise<boolean> {
    const { storeTimeoutMs } = this.#config
    try {
      const releasing = callStore(this.#config, this.#store, 'release', () =>
        this.#store.release(this.#owner),
      )
      const kept = await within(storeTimeoutMs, releasing, deadline)
      if (kept !== timedOut) return true
      if (!deadline?.isOver()) this.#complain('release', 'did not answer `release`')
    } catch (error) {
      this.#complain('release', 'refused `release`', error)
    }
    return false
  }

  async #releaseLater(): Promise<void> {
    await this.#again(async () => ((await this.#tryRelease()) ? true : undefined))
  }

  /** Tries for some seconds, until there is an answer. */
  async #again<Answer>(attempt: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    const until = performance.now() + endForMs
    for (let pauseMs = firstPauseMs; performance.now() < until; pauseMs *= 2) {
      await pause(Math.min(pauseMs, longestPauseMs))
      const answer = await attempt()
      if (answer !== undefined) return answer
    }
    return undefined
  }

  async #tryComplete(deadline?: Deadline): Promise<Completion> {
    const { logger, storeTimeoutMs } = this.#config
    const { key, token } = this.#owner
    try {
      const completing = callStore(this.#config, this.#store, 'complete', () =>
        this.#store.complete({ key, token, result: null }),
      )
      const kept = await within(storeTimeoutMs, completing, deadline)
      if (kept === true) return 'done'
      if (kept === false) {
        logger.warn(
          this.#about,
          'the handlers finished after the lease was lost: the event may run twice',
        )
        return 'lease_lost'
      }
      if (!deadline?.isOver()) this.#complain('complete', 'did not answer `complete`')
    } catch (error) {
      this.#complain('complete', 'refused `complete`', error)
    }
    return 'store_failed'
  }

  async #completeLater(): Promise<Completion> {
    const completion = await this.#again(async () => {
      const result = await this.#tryComplete()
      return result === 'store_failed' ? undefined : result
    })
    if (completion !== undefined) return completion
    this.#config.limited.write('error', 'unmarked', () => [
      this.#about,
      'the event was handled, but could not be marked so: a retry after the lease runs it again',
    ])
    return 'store_failed'
  }

  /** All leases meet the same outage: it is not written about for each of them. */
  #complain(operation: string, what: string, error?: unknown): void {
    const reason = reasonIn(error)
    const cause = reason === undefined ? rootCause(error) : error
    this.#config.limited.write('warn', operation, () => [
      { ...this.#about, ...(error === undefined ? {} : { err: cause }) },
      `the store ${what}${reason === undefined ? '' : ` (${reason})`}${error === undefined ? '' : `: ${textOf(cause)}`}`,
    ])
  }

  get #about() {
    return { key: this.#owner.key, store: this.#store.name, run: this.run }
  }

  get #ageMs(): number {
    return performance.now() - this.#startedAt
  }

  /** At every third of its length. */
  get #renewalMs(): number {
    return this.#config.leaseMs / 3
  }

  #renewIn(ms: number): void {
    if (this.#settled) return
    const leftMs = Math.max(0, this.#endsAt - performance.now())
    this.#stopTimer = startTimer(Math.min(ms, leftMs), () => void this.#renew())
  }

  async #renew(): Promise<void> {
    const { leaseMs, maxRunMs, storeTimeoutMs } = this.#config
    const askedAt = performance.now()
    if (this.#ageMs >= maxRunMs) {
      this.#lose('the handlers run longer than maxRunMs: the lease is no longer renewed')
      return
    }
    const leftMs = this.#endsAt - askedAt
    // A timer may fire a fraction of a millisecond early.
    if (leftMs < 1) {
      this.#lose(
        'the lease could not be renewed before its end: another process may have the event',
      )
      return
    }
    try {
      const renewing = callStore(this.#config, this.#store, 'renew', () =>
        this.#store.renew({ leaseMs, ...this.#owner }),
      )
      const kept = await within(Math.min(storeTimeoutMs, leftMs), renewing)
      if (this.#settled) return
      if (kept === false) {
        this.#lose('the lease was lost to another process')
        return
      }
      if (kept === true) {
        this.#endsAt = askedAt + leaseMs
        this.#renewIn(this.#renewalMs)
        return
      }
      this.#complain('renew', 'did not answer `renew`')
    } catch (error) {
      this.#complain('renew', 'refused `renew`', error)
    }
    // Several tries before the lease ends.
    this.#renewIn(this.#renewalMs / 4)
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

/**
 * A lease in the store; one that is kept is renewed at every third of its length.
 *
 * @param askedAt - when the claim was asked for, on the clock of `performance.now()`
 */
export const storeLease = (
  config: ReceiverConfig,
  store: IdempotencyStore,
  owner: OwnedClaim,
  run: number,
  askedAt: number,
): Lease => new StoreLease(config, store, owner, run, askedAt)
