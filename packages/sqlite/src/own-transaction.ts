import { StoreUnavailableError } from '@ainexlayer/webhooks'
import type { SqliteDatabase } from './database.ts'

const begins = {
  write: 'BEGIN IMMEDIATE',
  // The SELECT takes the lock that readers need.
  read: 'BEGIN; SELECT 1 FROM sqlite_master LIMIT 1',
} as const

const isWithin = (error: unknown): boolean =>
  error instanceof Error && /within a transaction/.test(error.message)

/** Somebody else's transaction on the handle: what is written into it is gone if they roll it back. */
const notOurs = (cause: unknown): StoreUnavailableError =>
  new StoreUnavailableError('A transaction of other code is open on its SQLite handle.', {
    reason: 'busy',
    fix: 'Open a handle of its own for the store, or let no transaction wait for anything while it is open.',
    cause,
  })

/** Undoes what is open. */
export const rollBack = (db: SqliteDatabase): void => {
  try {
    db.exec('ROLLBACK')
  } catch {
    // SQLite ended the transaction by itself, as it does when the disk is full.
  }
}

/**
 * Begins a transaction to write. What waits for a lock is `exec`, always: libsql leaves a prepared statement that met one
 * in progress until it is collected as garbage, and until then the handle does not commit what it says that it has written.
 */
export const begin = (db: SqliteDatabase, mode: keyof typeof begins = 'write'): void => {
  try {
    db.exec(begins[mode])
  } catch (error) {
    if (isWithin(error)) throw notOurs(error)
    rollBack(db)
    throw error
  }
}

/** Runs statements in a transaction of their own. */
export const inOwnTransaction = <Value>(
  db: SqliteDatabase,
  mode: keyof typeof begins,
  work: () => Value,
): Value => {
  begin(db, mode)
  try {
    const value = work()
    db.exec('COMMIT')
    return value
  } catch (error) {
    rollBack(db)
    throw error
  }
}
