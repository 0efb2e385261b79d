/**
 * Taken when this is loaded, off the global: a test may fake it later, and only Node and what follows it have it.
 * Undefined from the first call that throws: Next's runtime for the edge has it in order to say that it has not.
 */
let nextTick = (globalThis as { process?: { nextTick?: (then: () => void) => void } }).process
  ?.nextTick

/** How many turns of the microtask queue are waited for where nothing tells that it is empty. */
const turns = 8

const afterTurns = async (isWanted: () => boolean, then: () => void): Promise<void> => {
  for (let turn = 0; turn < turns && isWanted(); turn++) await undefined
  if (isWanted()) then()
}

const settled = Promise.resolve()

/**
 * How many ticks are asked for at a time. A loop that never waits for anything outside lets none of them come, and each
 * keeps its work in memory: beyond these, `then` is called without waiting.
 */
const mostTicks = 1000
let ticks = 0

/**
 * Calls `then` when the microtasks that are due have run, with all that follow from them, if it is still wanted. Neither
 * function may throw.
 */
export const afterMicrotasks = (isWanted: () => boolean, then: () => void): void => {
  if (nextTick === undefined) {
    void afterTurns(isWanted, then)
    return
  }
  const ask = nextTick
  // By way of a microtask: a tick that was asked for outside of them would come before all of them.
  void settled.then(() => {
    if (!isWanted()) return
    if (ticks >= mostTicks) {
      then()
      return
    }
    ticks++
    try {
      ask(() => {
        ticks--
        if (isWanted()) then()
      })
    } catch {
      ticks--
      nextTick = undefined
      void afterTurns(isWanted, then)
    }
  })
}
