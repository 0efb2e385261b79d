import { stayingAlive, within } from '../async/timer.ts'
import type { AnyEvent } from '../events/event-of.ts'

/** A delivery until its answer, or work that goes on after it. */
export interface Work {
  /** Ends every wait of a delivery: it is answered. */
  readonly cut?: () => void
  /** Of work after the answer. */
  readonly event?: AnyEvent
  /** Gives the claim back although the work goes on. Never throws, nor waits for long. */
  readonly giveBack?: (() => unknown) | undefined
  /** Whether it has ended for sure, though nobody said so. */
  readonly isDead?: () => boolean
}

/** From this many on, dead works are looked for: in a Worker whose caller has gone, nothing of the request continues. */
const crowd = 1000

/** For how long work may still end after it was told to stop, in milliseconds. */
const graceMs = 1000

/** What a receiver has begun and not ended. */
export class UnderWay {
  isClosing = false
  readonly works = new Set<Work>()
  #onIdle = (): void => {}
  /** How many there are when they are looked through next. */
  #nextLook = crowd

  begin(work: Work): void {
    if (this.works.size >= this.#nextLook) this.#forgetDead()
    this.works.add(work)
  }

  end(work: Work): void {
    this.works.delete(work)
    this.#check()
  }

  /** Waits for all of it; after `timeoutMs` it is told to stop, and what does not is given back. Returns the ids of those events. */
  close(timeoutMs: number): Promise<readonly string[]> {
    this.isClosing = true
    return stayingAlive(timeoutMs + 3 * graceMs, this.#drain(timeoutMs))
  }

  async #drain(timeoutMs: number): Promise<readonly string[]> {
    await this.#idleWithin(timeoutMs)
    for (const work of this.works) work.cut?.()
    await this.#idleWithin(graceMs)
    const left = [...this.works]
    await Promise.all(left.map((work) => work.giveBack?.()))
    return left.flatMap(({ event }) => (event === undefined ? [] : event.id))
  }

  #idleWithin(ms: number): Promise<unknown> {
    return within(
      ms,
      new Promise<void>((resolve) => {
        // It may be closed by several at a time: by the framework, and by the app itself.
        const others = this.#onIdle
        this.#onIdle = () => {
          others()
          resolve()
        }
        this.#check()
      }),
    )
  }

  #forgetDead(): void {
    for (const work of this.works) if (work.isDead?.() === true) this.works.delete(work)
    this.#nextLook = Math.max(crowd, 2 * this.works.size)
  }

  #check(): void {
    if (this.isClosing && this.works.size === 0) this.#onIdle()
  }
}
