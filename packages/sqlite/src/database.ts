/** A value that SQLite takes and gives. */
export type SqliteValue = string | number | bigint | null | Uint8Array

/** A prepared statement, as far as it is used. Its parameters are `never`, because each driver types its own. */
export interface SqliteStatement {
  all(...values: never[]): unknown[]
}

/** A handle of better-sqlite3, libsql or node:sqlite (`DatabaseSync`), as far as it is used. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
}

/** Runs a statement with positional values and answers its rows: the one thing that all drivers do alike. */
export const allRows = (statement: SqliteStatement, ...values: readonly SqliteValue[]): unknown[] =>
  statement.all(...(values as never[]))
