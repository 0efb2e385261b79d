// Taken when this is loaded: a test that fakes timers later, as in Jest's jsdom, would never have its turn.
const { setTimeout: later } = globalThis

/** What is read off the global: Next's build for the edge warns of the bare name, which is missing there. */
const { setImmediate: immediately } = globalThis as { setImmediate?: (then: () => void) => unknown }

/**
 * Lets everything else that is ready have its turn, I/O included: a promise alone would come before it. Where the
 * runtime has `setImmediate` it takes no time, elsewhere a timer's shortest.
 */
export const giveWay = (): Promise<void> =>
  new Promise((resolve) => {
    if (immediately === undefined) later(resolve, 0)
    else immediately(resolve)
  })
