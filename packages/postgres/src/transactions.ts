import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import type { PgClient, PgliteClient, PostgresJsClient, RunQuery } from './client.ts'
import { queryRunner } from './client.ts'

/** The part of a connection from a `pg` Pool that the store uses. */
export interface PgConnection extends PgClient {
  on(event: 'error', listener: () => void): unknown
  removeListener(event: 'error', listener: () => void): unknown
  release(destroy?: boolean): void
}

/** The part of a `pg` Pool that the store uses. */
export interface PgPool {
  readonly totalCount: number
  connect(): Promise<PgConnection>
}

/** The part of postgres.js's `sql` that the store uses. */
export interface PostgresJsPool extends PostgresJsClient {
  begin(run: (tx: PostgresJsClient) => Promise<unknown>): PromiseLike<unknown>
}

/** The part of a PGlite database that the store uses. */
export interface PgliteDatabase extends PgliteClient {
  transaction(run: (tx: PgliteClient) => Promise<unknown>): PromiseLike<unknown>
}

/** Any of the three clients, if it can begin a transaction. */
export type TransactionalClient = PgPool | PostgresJsPool | PgliteDatabase

/** The transaction that handlers get: a `PoolClient`, a `TransactionSql`, or a PGlite `Transaction`. */
export type TransactionOf<Client> = Client extends {
  begin(options: string, run: (tx: infer Tx) => never): unknown
}
  ? Tx
  : Client extends { transaction(run: (tx: infer Tx) => never): unknown }
    ? Tx
    : Client extends { connect(): Promise<infer Tx>; connect(callback: never): void }
      ? Tx
      : never

/** The work of a transaction. `commit: false` rolls it back, and so does an error. */
export type TransactionWork<Value> = (
  tx: unknown,
  query: RunQuery,
) => Promise<{ readonly commit: boolean; readonly value: Value }>

/** Runs work in its own transaction. Throws if it should have been committed and was not. */
export type RunTransaction = <Value>(work: TransactionWork<Value>) => Promise<Value>

/** For clients that commit when the callback returns and roll back when it throws. */
const scoped =
  (
    begin: (run: (tx: PgliteClient | PostgresJsClient) => Promise<unknown>) => PromiseLike<unknown>,
  ): RunTransaction =>
  async (work) => {
    const undone = new Error('rolled back on purpose')
    let ended: Awaited<ReturnType<typeof work>> | undefined
    try {
      await begin(async (tx) => {
        ended = await work(tx, queryRunner(tx))
        if (!ended.commit) throw undone
      })
    } catch (error) {
      if (error !== undone) throw error
    }
    if (ended === undefined) throw new Error('the client did not run the transaction')
    return ended.value
  }

const ignore = (): void => {}

/** For a pool that hands out connections. */
const borrowed =
  (pool: PgPool): RunTransaction =>
  async (work) => {
    const connection = await pool.connect()
    // The pool does not listen to a connection in use: without a listener, a lost one would end the process.
    connection.on('error', ignore)
    const query = queryRunner(connection)
    let usable = false
    try {
      await query('', 'BEGIN', [])
      const { commit, value } = await work(connection, query)
      await query('', commit ? 'COMMIT' : 'ROLLBACK', [])
      usable = true
      return value
    } catch (error) {
      usable = await query('', 'ROLLBACK', []).then(
        () => true,
        () => false,
      )
      throw error
    } finally {
      connection.removeListener('error', ignore)
      // A connection that could not roll back must not be handed out again.
      connection.release(!usable)
    }
  }

/**
 * Runs transactions on any of the three clients; their methods tell which one it is.
 *
 * @throws WebhookConfigurationError `option_invalid` for a single connection
 */
export const transactionRunner = (client: TransactionalClient): RunTransaction => {
  if ('begin' in client) return scoped((run) => client.begin(run))
  if ('transaction' in client) return scoped((run) => client.transaction(run))
  if ('totalCount' in client) return borrowed(client)
  throw new WebhookConfigurationError(
    'option_invalid',
    '`client` cannot begin a transaction for each event.',
    'Pass a `pg` Pool (not a single Client), the `sql` of postgres.js, or a PGlite database.',
  )
}
