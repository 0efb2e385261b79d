import type { Deadline } from '../async/deadline.ts'
import { LazyAbort } from '../async/lazy-abort.ts'
import type { Source } from '../delivery/delivery.ts'
import type { Unrecorded } from '../delivery/outcome.ts'

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
  complete(deadline?: Deadline, waitUntil?: Source['waitUntil']): Completion | Promise<Completion>
  /**
   * Gives the event back, so that the sender's retry runs. A store that fails is asked again for some seconds, behind the
   * answer. Never throws: the lease ends by itself.
   */
  release(deadline?: Deadline, waitUntil?: Source['waitUntil']): undefined | Promise<undefined>
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
    complete: () => 'store_skipped',
    release: () => undefined,
  }
}
