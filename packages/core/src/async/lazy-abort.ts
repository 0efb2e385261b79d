/** An AbortController that is made when somebody first asks for its signal: most handlers never do. */
export class LazyAbort {
  #controller: AbortController | undefined
  #reason: Error | undefined

  signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** The first reason counts. */
  abort(reason: Error): void {
    this.#reason ??= reason
    this.#controller?.abort(this.#reason)
  }
}
