/** The bodies that a receiver is reading at a time, counted as bodies and as bytes: both have a limit. */
export class BodiesInFlight {
  readonly #maxBodies: number
  readonly #maxBytes: number
  #bodies = 0
  #bytes = 0

  constructor(maxBodies: number, maxBytes: number) {
    this.#maxBodies = maxBodies
    this.#maxBytes = maxBytes
  }

  /** Counts one body more; false, and nothing is counted, when there are too many. */
  begin(): boolean {
    if (this.#bodies >= this.#maxBodies) return false
    this.#bodies++
    return true
  }

  /** Counts bytes that have arrived; false, and nothing is counted, when there are too many. */
  hold(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false
    this.#bytes += bytes
    return true
  }

  /** Takes a body and its bytes off the count. */
  end(bytes: number): void {
    this.#bodies--
    this.#bytes -= bytes
  }
}
