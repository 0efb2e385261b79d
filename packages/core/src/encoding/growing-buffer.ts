/** Bytes of foreign memory that a lone chunk may keep alive beside its own before it is copied. */
const foreignBytes = 16 * 1024

const keepsLittleAlive = ({ buffer, byteLength }: Uint8Array): boolean =>
  buffer.byteLength - byteLength <= foreignBytes

const empty = /* @__PURE__ */ new Uint8Array(0)

/**
 * Bytes that come in chunks, in one piece of memory that doubles as it fills: however small the chunks are, it holds
 * twice the bytes at most. A single chunk, the usual case, is not copied, unless it is a small view of a large memory.
 */
export class GrowingBuffer {
  #bytes: Uint8Array = empty
  #length = 0
  readonly #most: number

  /** @param most - bytes that it need not grow beyond, such as the length that was announced */
  constructor(most: number) {
    this.#most = most
  }

  get length(): number {
    return this.#length
  }

  push(chunk: Uint8Array): void {
    const length = this.#length + chunk.length
    if (this.#length === 0 && keepsLittleAlive(chunk)) this.#bytes = chunk
    else {
      if (length > this.#bytes.length) this.#grow(length)
      this.#bytes.set(chunk, this.#length)
    }
    this.#length = length
  }

  /** The bytes, with no memory beyond them. */
  take(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length)
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, Math.min(2 * needed, this.#most)))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
