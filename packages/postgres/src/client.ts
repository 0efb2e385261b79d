import { assertMethods } from '@ainexlayer/webhooks/store'

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>

/** The part of a `pg` Pool or Client that the store uses. */
export interface PgClient {
  query(query: { name?: string; text: string; values: unknown[] }): Promise<{
    rows: Row[]
    /** The tag of the server's reply: `ROLLBACK` to a COMMIT of a failed transaction. */
    command?: string
  }>
}

/** The part of a PGlite database or transaction that the store uses. */
export interface PgliteClient {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>
  exec(text: string): Promise<unknown>
}

/** The part of postgres.js's `sql` that the store uses. */
export interface PostgresJsClient {
  /** Absent on a transaction. */
  readonly options?: { readonly prepare?: boolean }
  unsafe(
    text: string,
    values?: never[],
    options?: { prepare: boolean },
  ): PromiseLike<readonly Row[]>
}

/** Any of the three clients. */
export type PostgresClient = PgClient | PgliteClient | PostgresJsClient

/** @throws WebhookConfigurationError `option_invalid` for what is none of the three clients, such as the address */
export const assertClient = (client: unknown, method: 'query' | 'connect' = 'query'): void => {
  const isPostgresJs = typeof client === 'function' && 'unsafe' in client
  assertMethods(
    'client',
    client,
    [isPostgresJs ? 'unsafe' : method],
    'Pass your own client: `client: new Pool({ connectionString })`, the `sql` of postgres.js, or a PGlite database.',
  )
}

/** Runs one statement and returns its rows. With a `name` it may be a named prepared statement. */
export type RunQuery = (
  name: string,
  text: string,
  values: readonly unknown[],
) => Promise<readonly Row[]>

/** Whether statements are prepared under their names. Shared by all connections of a client. */
export interface Preparation {
  isOn: boolean
}

/**
 * Whether an error says that a named statement is not where it was prepared: behind a pooler in transaction
 * mode each transaction may get another of the server's connections. The statement was not executed.
 */
export const isLostStatement = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  // "does not exist", or "already exists" because another client of the pooler prepared it.
  (error.code === '26000' || error.code === '42P05')

/**
 * Whether the server refused a statement because of what the transaction holds: neither is the connection lost
 * (classes 08 and 57P, 25P03 and 25P04), nor the server out of order (53, 58), nor was there a conflict with another
 * transaction (40), nor a prepared statement lost.
 */
export const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  /^(?!08|40|53|58|57P|25P0[34])[0-9P][0-9A-Z]{4}$/.test(String(error.code)) &&
  !isLostStatement(error)

/**
 * Whether the server refuses every statement the same way: it is too slow (57014, a statement's timeout), takes no writes
 * (25006), or the table is not as it should be (42, but for what a policy forbids of single rows: 42501).
 */
export const isOfAll = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  /^(57014|25006|42(?!501))/.test(String(error.code))

/** Runs statements on any of the three clients; their methods tell which one it is. */
export const queryRunner = (client: PostgresClient, preparation: Preparation): RunQuery => {
  const isPrepared = (name: string): boolean => preparation.isOn && name !== ''
  if ('unsafe' in client) {
    return async (name, text, values) =>
      client.unsafe(text, values as never[], { prepare: isPrepared(name) })
  }
  if ('exec' in client) {
    return async (_name, text, values) => (await client.query(text, [...values])).rows as Row[]
  }
  return async (name, text, values) => {
    const query = { text, values: [...values] }
    return (await client.query(isPrepared(name) ? { name, ...query } : query)).rows
  }
}

/** The same, for statements outside of a transaction: one that was lost is sent again without its name, and so are all after it. */
export const persistentQueryRunner = (
  client: PostgresClient,
  preparation: Preparation,
): RunQuery => {
  const run = queryRunner(client, preparation)
  return async (name, text, values) => {
    try {
      return await run(name, text, values)
    } catch (error) {
      if (name === '' || !isLostStatement(error)) throw error
      preparation.isOn = false
      return run(name, text, values)
    }
  }
}
