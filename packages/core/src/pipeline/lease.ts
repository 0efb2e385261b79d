import type { IdempotencyStore, OwnedClaim } from '../idempotency/store.ts'
import type { ReceiverConfig } from '../receiver/config.ts'
import { lazyAbort } from './lazy-abort.ts'
import { startTimer, timedOut, within } from './timer.ts'

/** The right to handle one event, for as long as it is renewed. */
export interface Lease {
  /** Counts the owners of this event: 1 for the first. */
  readonly attempt: number
  /** Aborted when the lease is lost or may not be renewed any more, and by `abort`. */
  readonly signal: () => AbortSignal
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
  const stopping = lazyAbort()
  return {
    attempt: 1,
    signal: stopping.signal,
    keep: () => {},
    abort: stopping.abort,
    complete: async () => {},
    release: async () => {},
  }
}

const completeTries = 3

/** A lease in the store; one that is kept is renewed at every third of its length. */
export const storeLease = (
  config: ReceiverConfig,
  store: IdempotencyStore,
  owner: OwnedClaim,
  attempt: number,
): Lease => {
  const { leaseMs, maxRunMs, storeTimeoutMs, logger } = config
  const stopping = lazyAbort()
  const about = { key: owner.key, store: store.name, attempt }
  const renewalMs = leaseMs / 3
  const startedAt = performance.now()
  let settled = false
  let stopTimer = (): void => {}

  const lose = (message: string): void => {
    logger.warn(about, message)
    stopping.abort(new Error(message))
  }

  const renew = async (): Promise<void> => {
    if (performance.now() - startedAt >= maxRunMs) {
      lose('the handlers run longer than maxRunMs: the lease is no longer renewed')
      return
    }
    try {
      const kept = await within(storeTimeoutMs, store.renew({ leaseMs, ...owner }))
      if (settled) return
      if (kept === false) {
        lose('the lease was lost to another process')
        return
      }
    } catch (error) {
      // One missed renewal is no loss: there are two more before the lease ends.
      logger.warn({ ...about, err: error }, 'the lease could not be renewed')
    }
    schedule(renewalMs)
  }
  const schedule = (ms: number): void => {
    if (settled) return
    stopTimer = startTimer(ms, () => void renew())
  }

  const settle = (): void => {
    settled = true
    stopTimer()
  }

  return {
    attempt,
    signal: stopping.signal,
    // A handler that blocked the process before it waited may have used up the lease already.
    keep: () => schedule(Math.max(0, renewalMs - (performance.now() - startedAt))),
    abort: stopping.abort,
    complete: async () => {
      settle()
      const completion = { key: owner.key, token: owner.token, result: null }
      for (let tries = 1; tries <= completeTries; tries++) {
        try {
          const kept = await within(storeTimeoutMs, store.complete(completion))
          if (kept === true) return
          if (kept === false) {
            logger.warn(
              about,
              'the handlers finished after the lease was lost: the event may run twice',
            )
            return
          }
        } catch (error) {
          if (tries === completeTries)
            logger.error({ ...about, err: error }, 'the store refused `complete`')
        }
      }
      logger.error(
        about,
        'the event was handled, but could not be marked so: a retry after the lease runs it again',
      )
    },
    release: async () => {
      settle()
      try {
        const kept = await within(storeTimeoutMs, store.release(owner))
        if (kept === timedOut)
          logger.warn(about, 'the store did not answer `release`: the lease ends by itself')
      } catch (error) {
        logger.warn(
          { ...about, err: error },
          'the claim could not be released: the lease ends by itself',
        )
      }
    },
  }
}
