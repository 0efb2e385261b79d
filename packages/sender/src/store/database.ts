import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'libsql'
import { SenderError } from '../errors/sender-error.ts'
import { lockData } from './data-lock.ts'
import { schema, schemaVersion, tables } from './schema.ts'

/** A value of a column. */
export type Value = string | number | Uint8Array | ArrayBuffer | null

/** A row, by column. */
export type Row = Readonly<Record<string, Value>>

/** The embedded database. Synchronous, as SQLite is. */
export interface Db {
  /** Runs a statement and returns its rows. */
  all(sql: string, ...values: readonly Value[]): readonly Row[]
  /** Runs a statement and returns its first row. */
  get(sql: string, ...values: readonly Value[]): Row | undefined
  /** Runs a statement and returns how many rows it changed. */
  run(sql: string, ...values: readonly Value[]): number
  /** Runs work in one transaction: all of it is stored, or nothing. Work inside of it is part of the same. */
  transaction<Result>(work: () => Result): Result
  /** Runs work once before the open transaction is committed, however often its name is given; at once where none is open. */
  beforeCommit(name: string, work: () => void): void
  /** Empties every table; numbers start again at 1. */
  forgetAll(): void
  /** Is another object once rows are no longer what was written: after a rollback, and after `forgetAll`. */
  history(): object
  close(): void
}

/** Makes a file that its owner alone can read: it holds secrets. SQLite gives its other files the same mode. */
const makePrivate = (file: string): void => {
  closeSync(openSync(file, 'a', 0o600))
  for (const one of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(one)) chmodSync(one, 0o600)
}

const isWrite = /^\s*(INSERT|UPDATE|DELETE)\b/i

/** What SQLite says of a file that is no database, or no whole one. */
const isDamaged = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^SQLITE_(NOTADB|CORRUPT)/.test(String(error.code))

const checkVersion = (db: Database.Database, file: string): void => {
  const [row] = db.prepare('PRAGMA user_version').all() as { user_version: number }[]
  const [any] = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  if (any === undefined || row?.user_version === schemaVersion) return
  db.close()
  throw new SenderError(
    'data_of_other_version',
    `${file} was made by another version of the sender.`,
    'Delete it, or give this one a folder of its own.',
  )
}

/**
 * Opens the database of a file, or `:memory:`, and sets up its tables. A file has one owner.
 *
 * @throws SenderError data_in_use, data_of_other_version, data_damaged
 */
export const openDatabase = (file: string): Db => {
  const isFile = file !== ':memory:'
  let unlock = (): void => {}
  if (isFile) {
    const folder = dirname(file)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    makePrivate(join(folder, 'sender.lock'))
    unlock = lockData(join(folder, 'sender.lock'))
    makePrivate(file)
  }
  const db = new Database(file)
  try {
    checkVersion(db, file)
    // With WAL, `normal` may lose the last commits in a power cut, never in a crash of the process.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
    // Another process may write for a moment: a copy of the file that is made, a question that is asked by hand.
    db.exec('PRAGMA busy_timeout = 250')
    // Moving the WAL into the database waits for the disk: little at a time.
    db.exec('PRAGMA wal_autocheckpoint = 200')
    db.exec(schema)
    db.exec(`PRAGMA user_version = ${schemaVersion}`)
  } catch (error) {
    unlock()
    if (!isDamaged(error)) throw error
    throw new SenderError(
      'data_damaged',
      `${file} is damaged, or no database of a sender.`,
      'Put a copy in its place, or delete it: what it holds is gone then.',
      { cause: error },
    )
  }
  const prepared = new Map<string, Database.Statement>()
  const statement = (sql: string): Database.Statement => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = db.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  /** A statement that failed is not used again: the driver would give its error to the next call. */
  const using = <Result>(sql: string, use: (statement: Database.Statement) => Result): Result => {
    try {
      return use(statement(sql))
    } catch (error) {
      prepared.delete(sql)
      throw error
    }
  }
  let isOpen = false
  let history = {}
  const last = new Map<string, () => void>()
  const transaction = <Result>(work: () => Result): Result => {
    if (isOpen) return work()
    db.exec('BEGIN IMMEDIATE')
    isOpen = true
    try {
      const result = work()
      for (const finish of last.values()) finish()
      db.exec('COMMIT')
      return result
    } catch (error) {
      history = {}
      // A full disk, for one, has ended it already: the error that counts is the first.
      if (db.inTransaction) db.exec('ROLLBACK')
      throw error
    } finally {
      isOpen = false
      last.clear()
    }
  }
  /** What may wait for a lock is `exec`: the driver leaves a statement that met one in progress, and nothing is committed then. */
  const inTransaction = <Result>(
    sql: string,
    use: (statement: Database.Statement) => Result,
  ): Result => (isWrite.test(sql) ? transaction(() => using(sql, use)) : using(sql, use))
  return {
    // As one list: bytes alone would be taken for named parameters, which ends the process.
    all: (sql, ...values) => inTransaction(sql, (one) => one.all(values) as Row[]),
    get: (sql, ...values) => inTransaction(sql, (one) => one.get(values) as Row | undefined),
    run: (sql, ...values) => inTransaction(sql, (one) => one.run(values).changes),
    transaction,
    beforeCommit: (name, work) => {
      if (isOpen) last.set(name, work)
      else transaction(work)
    },
    forgetAll: () => {
      transaction(() => {
        for (const table of tables) db.exec(`DELETE FROM ${table}`)
        db.exec('DELETE FROM sqlite_sequence')
      })
      history = {}
    },
    history: () => history,
    close: () => {
      db.close()
      unlock()
    },
  }
}
