/** Taken when this is loaded, off the global: a test may fake it later, and only Node and what follows it have it. */
const nextTick = (globalThis as { process?: { nextTick?: (then: () => void) => void } }).process
  ?.nextTick

/** How many turns of the microtask queue are waited for where nothing tells that it is empty. */
const turns = 8

const afterTurns = async (isWanted: () => boolean, then: () => void): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) {
    await undefined
    if (!isWanted()) return
  }
  then()
}

/**
 * Calls `then` when the microtasks that are due have run, with all that follow from them, if it is still wanted. Neither
 * function may throw.
 */
export const afterMicrotasks = (isWanted: () => boolean, then: () => void): void => {
  if (nextTick === undefined) void afterTurns(isWanted, then)
  else {
    nextTick(() => {
      if (isWanted()) then()
    })
  }
}
