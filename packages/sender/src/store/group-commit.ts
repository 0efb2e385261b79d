import type { Db } from './database.ts'

/** Stores what arrives at the same time in one transaction: a commit costs more than what it stores. */
export interface GroupCommit {
  /**
   * Runs work in the next transaction, together with what else arrives in this turn of the event loop or while a
   * transaction runs. Resolves once it is stored; rejects with what the work itself throws. Work may run twice: an
   * error rolls the whole group back, and then each runs in a transaction of its own.
   */
  add<Result>(work: () => Result): Promise<Result>
}

/** What one transaction holds at most, so that others get their turn. */
const most = { works: 200, ms: 10 }

/** Work that waits. */
interface Waiting {
  /** Runs it; returns what is to be called once it is stored. */
  readonly run: () => () => void
  readonly failed: (error: unknown) => void
}

/** Creates the groups of a database. There is no timer: when it is quiet, work waits for the end of the turn. */
export const groupCommit = (db: Db): GroupCommit => {
  const waiting: Waiting[] = []

  const storeAlone = ({ run, failed }: Waiting): void => {
    try {
      db.transaction(run)()
    } catch (error) {
      failed(error)
    }
  }

  const storeGroup = (): void => {
    const began = performance.now()
    const stored: (() => void)[] = []
    let taken = 0
    try {
      db.transaction(() => {
        for (const { run } of waiting) {
          if (taken === most.works || performance.now() - began > most.ms) return
          taken += 1
          stored.push(run())
        }
      })
      waiting.splice(0, taken)
      for (const done of stored) done()
    } catch (error) {
      // The file is locked: each of them would wait for it, and fail the same way.
      if (taken === 0) for (const { failed } of waiting.splice(0)) failed(error)
      // One of them is to blame, or the disk: each finds out for itself.
      for (const one of waiting.splice(0, taken)) storeAlone(one)
    }
    if (waiting.length > 0) setImmediate(storeGroup)
  }

  return {
    add: (work) =>
      new Promise((resolve, reject) => {
        const run = () => {
          const result = work()
          return () => resolve(result)
        }
        if (waiting.push({ run, failed: reject }) === 1) setImmediate(storeGroup)
      }),
  }
}
