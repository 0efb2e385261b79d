/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>

/** The part of a `pg` Pool or Client that the store uses. */
export interface PgClient {
  query(query: { name?: string; text: string; values: unknown[] }): Promise<{ rows: Row[] }>
}

/** The part of a PGlite database or transaction that the store uses. */
export interface PgliteClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
  exec(text: string): Promise<unknown>
}

/** The part of postgres.js's `sql` that the store uses. */
export interface PostgresJsClient {
  unsafe(
    text: string,
    values?: never[],
    options?: { prepare: boolean },
  ): PromiseLike<readonly Row[]>
}

/** Any of the three clients. */
export type PostgresClient = PgClient | PgliteClient | PostgresJsClient

/** Runs one statement and returns its rows. A `name` makes it a prepared statement where the client needs one. */
export type RunQuery = (
  name: string,
  text: string,
  values: readonly unknown[],
) => Promise<readonly Row[]>

/** Runs statements on any of the three clients; their methods tell which one it is. */
export const queryRunner = (client: PostgresClient): RunQuery => {
  if ('unsafe' in client) {
    return async (_name, text, values) => client.unsafe(text, values as never[], { prepare: true })
  }
  if ('exec' in client) {
    return async (_name, text, values) => (await client.query(text, [...values])).rows as Row[]
  }
  return async (name, text, values) =>
    (await client.query({ name, text, values: [...values] })).rows
}
