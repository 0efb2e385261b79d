/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>

/** A `pg` Pool or Client, as far as it is used. */
export interface PgClient {
  query(query: { name?: string; text: string; values: unknown[] }): Promise<{ rows: Row[] }>
}

/** A PGlite database or transaction, as far as it is used. */
export interface PgliteClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
  exec(text: string): Promise<unknown>
}

/** The `sql` of postgres.js, as far as it is used. */
export interface PostgresJsClient {
  unsafe(
    text: string,
    values?: never[],
    options?: { prepare: boolean },
  ): PromiseLike<readonly Row[]>
}

/** Any of the three clients. */
export type PostgresClient = PgClient | PgliteClient | PostgresJsClient

/** Runs one statement and answers its rows. `name` makes it a prepared statement where that is asked for. */
export type RunQuery = (
  name: string,
  text: string,
  values: readonly unknown[],
) => Promise<readonly Row[]>

/** One way to run a statement on all three clients, told apart by their methods. */
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
