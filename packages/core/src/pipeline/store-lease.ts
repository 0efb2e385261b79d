import { andThen } from '../async/and-then.ts'
import type { Deadline } from '../async/deadline.ts'
import { LazyAbort } from '../async/lazy-abort.ts'
import { isThenable } from '../async/thenable.ts'
import { pause, startTimer, type TimedOut, timedOut, within } from '../async/timer.ts'
import type { Source } from '../delivery/delivery.ts'
import { keepAlive } from '../delivery/keep-alive.ts'
import { rootCause, textOf } from '../idempotency/root-cause.ts'
import { reasonIn } from '../idempotency/storage-errors.ts'
import type { IdempotencyStore, OwnedClaim } from '../idempotency/store.ts'
import { callStore } from './call-store.ts'
import type { ReceiverConfig } from './config.ts'
import type { Completion, Lease } from './lease.ts'

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

  complete(deadline?: Deadline, waitUntil?: Source['waitUntil']): Completion | Promise<Completion> {
    this.#settle()
    return andThen(this.#tryComplete(deadline), (first) =>
      first === 'store_failed' ? this.#completeBehind(deadline, waitUntil) : first,
    )
  }

  /** Tries on: until the deadline in front of the answer, and then behind it. */
  async #completeBehind(
    deadline: Deadline | undefined,
    waitUntil: Source['waitUntil'],
  ): Promise<Completion> {
    const trying = this.#completeLater()
    if (deadline === undefined) return trying
    const result = await deadline.wait(trying)
    if (result !== timedOut) return result
    keepAlive(waitUntil, trying)
    return 'store_failed'
  }

  release(deadline?: Deadline, waitUntil?: Source['waitUntil']): undefined | Promise<undefined> {
    this.#settle()
    this.isReleased = true
    return andThen(this.#tryRelease(deadline), (isAnswered) => {
      if (!isAnswered) keepAlive(waitUntil, this.#releaseLater())
      return undefined
    })
  }

  /** Whether the store answered. */
  #tryRelease(deadline?: Deadline): boolean | Promise<boolean> {
    const answered = (kept: unknown): boolean => {
      if (kept !== timedOut) return true
      if (!deadline?.isOver()) this.#complain('release', 'did not answer `release`')
      return false
    }
    const refused = (error: unknown): boolean => {
      this.#complain('release', 'refused `release`', error)
      return false
    }
    try {
      const releasing = callStore(this.#config, this.#store, 'release', () =>
        this.#store.release(this.#owner),
      )
      if (!isThenable(releasing)) return answered(releasing)
      const { storeTimeoutMs } = this.#config
      return within(storeTimeoutMs, releasing, deadline).then(answered, refused)
    } catch (error) {
      return refused(error)
    }
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

  #tryComplete(deadline?: Deadline): Completion | Promise<Completion> {
    const { key, token } = this.#owner
    const answered = (kept: boolean | TimedOut): Completion => {
      if (kept === true) return 'done'
      if (kept === false) {
        this.#config.logger.warn(
          this.#about,
          'the handlers finished after the lease was lost: the event may run twice',
        )
        return 'lease_lost'
      }
      if (!deadline?.isOver()) this.#complain('complete', 'did not answer `complete`')
      return 'store_failed'
    }
    const refused = (error: unknown): Completion => {
      this.#complain('complete', 'refused `complete`', error)
      return 'store_failed'
    }
    try {
      const completing = callStore(this.#config, this.#store, 'complete', () =>
        this.#store.complete({ key, token, result: null }),
      )
      if (!isThenable(completing)) return answered(completing)
      const { storeTimeoutMs } = this.#config
      return within(storeTimeoutMs, completing, deadline).then(answered, refused)
    } catch (error) {
      return refused(error)
    }
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
      const kept = isThenable(renewing)
        ? await within(Math.min(storeTimeoutMs, leftMs), renewing)
        : renewing
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
