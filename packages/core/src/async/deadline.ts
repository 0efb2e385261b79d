import { type TimedOut, within } from './timer.ts'

/** How long after its deadline a delivery has certainly been answered, in milliseconds. */
const graceMs = 60_000

/** The time that one delivery has for all of its steps together, counted from its arrival. */
export class Deadline {
  /** When the delivery arrived, on the clock of `performance.now()`. */
  readonly startedAt: number = performance.now()
  /** Milliseconds for all of it. */
  ms: number
  /** What set it, for words. */
  setBy: string
  /** Whether it ended before its time, because the receiver closes. */
  isCut = false
  /** The bytes of the body, for the log and the channels; undefined until it was read. */
  bytes: number | undefined
  /** Called by `cut`: a delivery waits for one thing at a time. */
  onCut: (() => void) | undefined

  constructor(ms: number, setBy: string) {
    this.ms = ms
    this.setBy = setBy
  }

  /** Milliseconds that are left; never below 0. */
  leftMs(): number {
    return Math.max(0, this.startedAt + this.ms - performance.now())
  }

  /** Whether the time is up. A timer may fire a fraction of a millisecond early. */
  isOver(): boolean {
    return this.leftMs() < 1
  }

  /** Whether what ran under it has certainly ended. */
  isDead(): boolean {
    return performance.now() > this.startedAt + this.ms + graceMs
  }

  /** Ends it now, and what is waited for under it. */
  cut(): void {
    this.isCut = true
    this.ms -= Math.round(this.leftMs())
    this.setBy = '`receiver.close`'
    this.onCut?.()
  }

  /** What a signal is aborted with. */
  reason(): Error {
    return new Error(`${this.setBy}: ${this.ms} ms are over`)
  }

  /** Waits for `work`, but not longer than the deadline. `work` goes on; see {@link within}. */
  wait<Value>(work: PromiseLike<Value>, onWait?: () => void): Promise<Value | TimedOut> {
    return within(this.ms, work, this, onWait)
  }
}
