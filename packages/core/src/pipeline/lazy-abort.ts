/** An AbortController that is made when somebody first asks for its signal: most handlers never do. */
export interface LazyAbort {
  signal(): AbortSignal
  abort(reason: Error): void
}

/** Makes one. The first reason counts. */
export const lazyAbort = (): LazyAbort => {
  let controller: AbortController | undefined
  let reason: Error | undefined
  return {
    signal: () => {
      if (controller === undefined) {
        controller = new AbortController()
        if (reason !== undefined) controller.abort(reason)
      }
      return controller.signal
    },
    abort: (why) => {
      reason ??= why
      controller?.abort(reason)
    },
  }
}
