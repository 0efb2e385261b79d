import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'

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
  /** Runs work in one transaction: all of it is stored, or nothing. */
  transaction<Result>(work: () => Result): Result
  close(): void
}

const schema = `
CREATE TABLE IF NOT EXISTS webhooks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT NOT NULL,
  active INTEGER NOT NULL,
  filters TEXT NOT NULL,
  headers TEXT NOT NULL,
  retry TEXT NOT NULL,
  concurrency INTEGER NOT NULL,
  rate_limit TEXT,
  faults TEXT NOT NULL DEFAULT '[]',
  consecutive_failures INTEGER NOT NULL DEFAULT 0,
  exhausted INTEGER NOT NULL DEFAULT 0,
  failing_since REAL,
  last_success_at REAL,
  disabled_reason TEXT,
  disabled_at REAL,
  created_at REAL NOT NULL,
  updated_at REAL NOT NULL,
  deleted_at REAL
);
CREATE TABLE IF NOT EXISTS secrets (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook INTEGER NOT NULL REFERENCES webhooks (seq),
  value TEXT NOT NULL,
  created_at REAL NOT NULL,
  expires_at REAL
);
CREATE INDEX IF NOT EXISTS secrets_of_webhook ON secrets (webhook);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  workspace_id TEXT,
  body BLOB,
  created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_type ON events (type, seq);
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook INTEGER NOT NULL REFERENCES webhooks (seq),
  event INTEGER NOT NULL REFERENCES events (seq),
  event_type TEXT NOT NULL,
  status TEXT NOT NULL,
  trigger TEXT NOT NULL,
  redelivery_of INTEGER,
  attempt_count INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  next_attempt_at REAL,
  last_status_code INTEGER,
  last_error TEXT,
  faults TEXT NOT NULL DEFAULT '[]',
  created_at REAL NOT NULL,
  completed_at REAL
);
-- What is due: only open deliveries have a next attempt, so closed ones cost nothing here.
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (webhook, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_next ON deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_of_webhook ON deliveries (webhook, seq);
CREATE INDEX IF NOT EXISTS deliveries_by_status ON deliveries (webhook, status, seq);
CREATE INDEX IF NOT EXISTS deliveries_by_any_status ON deliveries (status, seq);
CREATE INDEX IF NOT EXISTS deliveries_of_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS attempts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery INTEGER NOT NULL REFERENCES deliveries (seq),
  number INTEGER NOT NULL,
  started_at REAL NOT NULL,
  duration_ms REAL NOT NULL,
  outcome TEXT NOT NULL,
  status_code INTEGER,
  error_code TEXT,
  request_body BLOB,
  signed_body BLOB,
  detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_of_delivery ON attempts (delivery, number);
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  expires_at REAL NOT NULL
);`

/** Opens the database of a file, or `:memory:`, and sets up its tables. */
export const openDatabase = (file: string): Db => {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const db = new Database(file)
  // With WAL, `normal` may lose the last commits in a power cut, never in a crash of the process.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
  db.exec(schema)
  const prepared = new Map<string, Database.Statement>()
  const statement = (sql: string): Database.Statement => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = db.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  return {
    all: (sql, ...values) => statement(sql).all(...values) as Row[],
    get: (sql, ...values) => statement(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => statement(sql).run(...values).changes,
    transaction: (work) => {
      db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        db.exec('COMMIT')
        return result
      } catch (error) {
        db.exec('ROLLBACK')
        throw error
      }
    },
    close: () => db.close(),
  }
}

/** Empties every table, the children of others first; numbers start again at 1. */
export const forgetAll = (db: Db): void => {
  db.transaction(() => {
    for (const table of ['attempts', 'deliveries', 'events', 'secrets', 'webhooks', 'answers']) {
      db.run(`DELETE FROM ${table}`)
    }
    db.run('DELETE FROM sqlite_sequence')
  })
}
