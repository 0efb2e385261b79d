/** A body that is being read. */
export interface CountedBody {
  /** When it has ended for sure, on the clock of `performance.now()`: its own time is up before. */
  readonly endsBy: number
  /** What it holds, in bytes. */
  readonly held: number
}

/**
 * The bodies that a receiver is reading at a time, counted as bodies and as bytes: both have a limit. One that has not
 * ended in its time is taken off the count: in a Worker whose caller has gone, nothing of a request goes on, its timer
 * and its end neither.
 */
export class BodiesInFlight {
  readonly #maxBodies: number
  readonly #maxBytes: number
  /** In the order of their beginning. */
  readonly #bodies = new Set<CountedBody>()
  #bytes = 0

  constructor(maxBodies: number, maxBytes: number) {
    this.#maxBodies = maxBodies
    this.#maxBytes = maxBytes
  }

  /** Counts one body more; false, and nothing is counted, when there are too many. */
  begin(body: CountedBody): boolean {
    this.#forgetDead()
    if (this.#bodies.size >= this.#maxBodies) return false
    this.#bodies.add(body)
    return true
  }

  /** Counts bytes that have arrived for a body; false, and nothing is counted, when there are too many. */
  hold(body: CountedBody, bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes || !this.#bodies.has(body)) return false
    this.#bytes += bytes
    return true
  }

  /** Takes a body and its bytes off the count. */
  end(body: CountedBody): void {
    if (this.#bodies.delete(body)) this.#bytes -= body.held
  }

  #forgetDead(): void {
    const now = performance.now()
    for (const body of this.#bodies) {
      // Those that began later end later.
      if (body.endsBy > now) return
      this.end(body)
    }
  }
}
