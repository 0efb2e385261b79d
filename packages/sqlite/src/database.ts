import { assertMethods } from '@ainexlayer/webhooks/store'

/** A value that SQLite accepts and returns. */
export type SqliteValue = string | number | bigint | null | Uint8Array

/** The part of a prepared statement that is used. The parameters are `never` because each driver types its own. */
export interface SqliteStatement {
  all(...values: never[]): unknown[]
}

/** The part of a better-sqlite3, libsql or node:sqlite (`DatabaseSync`) handle that is used. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
}

/** @throws WebhookConfigurationError `option_invalid` for what is no open database, such as its path */
export const assertDatabase = (db: SqliteDatabase): void =>
  assertMethods(
    'db',
    db,
    ['prepare', 'exec'],
    "Open it yourself and pass the handle: `db: new Database('webhooks.db')`.",
  )

/** Runs a statement with positional values and returns its rows, which works the same in all drivers. */
export const allRows = (statement: SqliteStatement, ...values: readonly SqliteValue[]): unknown[] =>
  statement.all(...(values as never[]))
