import { isLocked, unavailable } from './answering.ts'
import type { SqliteDatabase } from './database.ts'
import { begin, inOwnTransaction, rollBack } from './own-transaction.ts'

// Taken when this is loaded: a test that fakes timers later would never have its turn.
const { setImmediate: nextTurn } = globalThis

/** The most that is done in one transaction: the drivers are synchronous, and others want their turn. */
const largest = 200

/** How many are done as they come in one turn of the event loop, while it is quiet: a delivery's claim and its completion. */
const quietWrites = 2

interface Waiting {
  /** Does the work; what it returns tells the caller. Throws as the driver does. */
  readonly run: () => () => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: what arrives in one turn of the event loop is done in one transaction, so that the file is synced once
 * for all of it. What is by itself has one of its own, and does not wait for its turn to end unless the turn before had
 * a group. Work may be done a second time, after the transaction with its first time was rolled back: one whose
 * statement fails does not fail its neighbours. A lock is waited for once, because the wait blocks the event loop.
 */
export const groupCommit = (db: SqliteDatabase): (<Value>(work: () => Value) => Promise<Value>) => {
  let waiting: Waiting[] = []
  let doneInTurn = 0
  let isBusy = false
  let isTurnAwaited = false

  const rejectAll = (group: readonly Waiting[], error: unknown): void => {
    for (const { reject } of group) reject(error)
  }

  const eachAlone = (group: readonly Waiting[]): void => {
    for (const [index, { run, reject }] of group.entries()) {
      try {
        inOwnTransaction(db, 'write', run)()
      } catch (error) {
        if (isLocked(error)) {
          // What comes in this turn of the event loop waits for the lock together.
          doneInTurn = quietWrites
          rejectAll(group.slice(index), error)
          return
        }
        reject(error)
      }
    }
  }

  const together = (group: readonly Waiting[]): void => {
    try {
      begin(db)
    } catch (error) {
      // Locked for longer than the handle waits, in use, or read-only: each of them would wait, and fail the same way.
      rejectAll(group, error)
      return
    }
    let tell: readonly (() => void)[]
    try {
      tell = group.map(({ run }) => run())
      db.exec('COMMIT')
    } catch (error) {
      rollBack(db)
      // Without WAL it is the commit that waits, for the readers.
      if (isLocked(error)) rejectAll(group, error)
      else eachAlone(group)
      return
    }
    for (const one of tell) one()
  }

  const endTurn = (): void => {
    const group = waiting.slice(0, largest)
    waiting = waiting.slice(largest)
    isTurnAwaited = false
    doneInTurn = 0
    isBusy = group.length > 1
    if (waiting.length > 0) awaitTurn()
    if (isBusy) together(group)
    else eachAlone(group)
  }

  const awaitTurn = (): void => {
    if (!isTurnAwaited) nextTurn(endTurn)
    isTurnAwaited = true
  }

  return (work) =>
    new Promise((resolve, reject) => {
      const one: Waiting = {
        run: () => {
          const value = work()
          return () => resolve(value)
        },
        reject: (error) => reject(unavailable(error)),
      }
      awaitTurn()
      if (isBusy || waiting.length > 0 || doneInTurn === quietWrites) {
        waiting.push(one)
        return
      }
      doneInTurn++
      eachAlone([one])
    })
}
