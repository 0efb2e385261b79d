import type { SqliteDatabase } from './database.ts'

const begins = {
  write: 'BEGIN IMMEDIATE',
  // The SELECT takes the lock that readers need.
  read: 'BEGIN; SELECT 1 FROM sqlite_master LIMIT 1',
} as const

const isWithin = (error: unknown): boolean =>
  error instanceof Error && /within a transaction/.test(error.message)

/** Undoes what is open. */
export const rollBack = (db: SqliteDatabase): void => {
  try {
    db.exec('ROLLBACK')
  } catch {
    // SQLite ended the transaction by itself, as it does when the disk is full.
  }
}

/**
 * Begins a transaction; false if the handle's user has one open, which the statements then join. What waits for a lock
 * is `exec`, always: libsql leaves a prepared statement that met one in progress until it is collected as garbage, and
 * until then the handle does not commit what it says that it has written.
 */
export const begin = (db: SqliteDatabase, mode: keyof typeof begins): boolean => {
  try {
    db.exec(begins[mode])
    return true
  } catch (error) {
    if (isWithin(error)) return false
    rollBack(db)
    throw error
  }
}

/** Runs statements in a transaction of their own, or within the one that the handle's user has open. */
export const inOwnTransaction = <Value>(
  db: SqliteDatabase,
  mode: keyof typeof begins,
  work: () => Value,
): Value => {
  if (!begin(db, mode)) return work()
  try {
    const value = work()
    db.exec('COMMIT')
    return value
  } catch (error) {
    rollBack(db)
    throw error
  }
}
