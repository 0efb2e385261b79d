import { isLocked } from './answering.ts'

// Taken when this is loaded: a test that fakes timers later would never have its turn.
const { setImmediate: nextTurn } = globalThis

/** Does work when the work before it has ended. */
export type InTurn = <Value>(work: () => Value | Promise<Value>) => Promise<Value>

/**
 * One after the other, for what uses a handle's one transaction. When one met a lock, all that wait behind it fail with
 * it, and what comes in the same turn of the event loop waits for that turn to end: each wait for a lock blocks the event
 * loop, and would end the same way.
 */
export const takingTurns = (): InTurn => {
  let last: Promise<unknown> = Promise.resolve()
  let places = 0
  let failed: { readonly upTo: number; readonly error: unknown } | undefined

  return (work) => {
    const place = ++places
    const turn = last.then(() => {
      if (failed !== undefined && place <= failed.upTo) throw failed.error
      return work()
    })
    last = turn.catch((error: unknown) => {
      if (!isLocked(error) || (failed !== undefined && place <= failed.upTo)) return undefined
      failed = { upTo: places, error }
      return new Promise((resolve) => nextTurn(resolve))
    })
    return turn
  }
}
