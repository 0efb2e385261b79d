import { GrowingBuffer } from '../encoding/growing-buffer.ts'
import type { CountedBody } from './bodies-in-flight.ts'
import type { BodyRead, ReadLimits } from './request.ts'

/** Why a body is read no further. */
export type ReadRefusal = Extract<BodyRead, { ok: false }>

const late: ReadRefusal = { ok: false, code: 'body_read_timeout' }
const tooLarge: ReadRefusal = { ok: false, code: 'body_too_large' }

/** What a body gets for which there is no room beside those that are being read. */
export const tooMany: ReadRefusal = { ok: false, code: 'too_many_bodies' }

/** How much later than its own timer a body has ended for sure, in milliseconds: a busy process is late. */
const graceMs = 5000

/** Takes in one body chunk by chunk, within the limits. Between `begin` and `end` it is on the receiver's count. */
export class BodyCollector implements CountedBody {
  readonly endsBy: number
  readonly #limits: ReadLimits
  readonly #buffer: GrowingBuffer
  #ended = false

  /** @param announced - the length that the request announces, where it does */
  constructor(limits: ReadLimits, announced: number = limits.maxBytes) {
    this.#limits = limits
    this.endsBy = performance.now() + limits.timeoutMs + graceMs
    this.#buffer = new GrowingBuffer(Math.min(announced, limits.maxBytes))
  }

  /** False when too many bodies are being read. */
  begin(): boolean {
    return this.#limits.inFlight?.begin(this) ?? true
  }

  /** Takes in a chunk, or answers why there is no room for it. */
  add(chunk: Uint8Array): ReadRefusal | undefined {
    const { maxBytes, inFlight } = this.#limits
    // A chunk that comes after the time is up is on nobody's count.
    if (this.#ended) return late
    if (this.#buffer.length + chunk.length > maxBytes) return tooLarge
    if (inFlight?.hold(this, chunk.length) === false) return tooMany
    this.#buffer.push(chunk)
    return undefined
  }

  end(): void {
    this.#ended = true
    this.#limits.inFlight?.end(this)
  }

  get held(): number {
    return this.#buffer.length
  }

  /** All of the bytes. */
  take(): Uint8Array {
    return this.#buffer.take()
  }
}
