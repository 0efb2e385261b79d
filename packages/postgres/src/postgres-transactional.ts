import { StoreUnavailableError } from '@ainexlayer/webhooks'
import type {
  TransactionalStore,
  TransactionOutcome,
  TransactionRequest,
  TransactionRun,
} from '@ainexlayer/webhooks/store'
import type { RunQuery } from './client.ts'
import { defaultTable, migrateTable, statementName, tableName } from './schema.ts'
import { forgetSql, sweepSql } from './statements.ts'
import { type TransactionalClient, type TransactionOf, transactionRunner } from './transactions.ts'

/** Options of {@link postgresTransactional}. */
export interface PostgresTransactionalOptions<Client extends TransactionalClient> {
  /** Your own client: a `pg` Pool, the `sql` of postgres.js, or a PGlite database. */
  readonly client: Client
  /** A plain name, or `schema.name`; default `ainexlayer_webhook_events`. May be the table of `postgresStore`. */
  readonly table?: string
}

/** The store, and `migrate`, which sets up its table. */
export interface PostgresTransactionalStore<Tx> extends TransactionalStore<Tx> {
  /** Creates the table and its index if they are missing. Safe to run at every start. */
  migrate(): Promise<void>
  sweep(limit: number): Promise<number>
  forget(key: string): Promise<boolean>
}

/**
 * Takes the key if nothing else works on it, without waiting: a plain INSERT would block on the
 * transaction that inserted it first, and hold a connection meanwhile.
 */
const takeSql = (table: string): string => `
WITH locked AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtextextended('${table}:' || $1, 7)) AS ok),
taken AS (
  INSERT INTO ${table} AS r (key, state, token, attempt, fingerprint, lease_until, expires_at)
  SELECT $1, 2, '', 1, $2, statement_timestamp(), statement_timestamp() + $3::float8 * interval '1 ms' FROM locked WHERE ok
  ON CONFLICT (key) DO UPDATE SET state = 2, token = '', attempt = r.attempt + 1, fingerprint = excluded.fingerprint,
    lease_until = excluded.lease_until, expires_at = excluded.expires_at, result = NULL
  WHERE r.expires_at <= statement_timestamp() OR (r.state < 2 AND r.lease_until <= statement_timestamp())
  RETURNING 1)
SELECT (SELECT ok FROM locked) AS locked, EXISTS (SELECT FROM taken) AS taken`

/** Why a key could not be taken; needs a snapshot of its own. */
const seenSql = (table: string): string => `SELECT state, fingerprint FROM ${table} WHERE key = $1`

/** Whether the transaction still holds the record: not after a swallowed error or a handler's own ROLLBACK. */
const heldSql = (table: string): string => `SELECT 1 FROM ${table} WHERE key = $1 AND state = 2`

const unavailable =
  (note: string) =>
  (error: unknown): never => {
    throw error instanceof StoreUnavailableError
      ? error
      : new StoreUnavailableError(note, { cause: error })
  }

/**
 * Exactly-once effects on Postgres: what handlers write through `ctx.tx` is committed together with the
 * record that the event is done, or not at all. A crash rolls back, and the next delivery runs at once.
 *
 * `ctx.tx` is the client's own transaction: a `PoolClient`, a `TransactionSql`, or a PGlite
 * `Transaction`. Write only through it: another connection is not part of the transaction, and with a
 * small pool it may wait forever. Mails and calls to other services are not rolled back; enqueue them
 * through `tx` (an outbox) instead.
 *
 * Each run holds one connection: size the pool for the number of deliveries that should run at once, and
 * set `idle_in_transaction_session_timeout` above `deadlineMs`.
 *
 * @throws WebhookConfigurationError `option_invalid` if `client` is a single connection or `table` is not a plain name
 *
 * @example
 * const store = postgresTransactional({ client: new Pool({ connectionString }) })
 * await store.migrate()
 * createReceiver({ secret, store }).on('document.processed', async (event, { tx }) => {
 *   await tx.query('UPDATE documents SET ready = true WHERE id = $1', [event.data.id])
 * })
 */
export const postgresTransactional = <Client extends TransactionalClient>(
  options: PostgresTransactionalOptions<Client>,
): PostgresTransactionalStore<TransactionOf<Client>> => {
  const table = tableName(options.table ?? defaultTable)
  const inTransaction = transactionRunner(options.client)
  // A duplicate of an event that runs in this process is answered without a connection.
  const running = new Set<string>()
  const [take, seen, held] = [takeSql(table), seenSql(table), heldSql(table)]

  /** Runs a single statement in its own transaction. */
  const alone = (text: string, ...values: unknown[]): Promise<number> =>
    inTransaction(async (_tx, query) => ({
      commit: true,
      value: (await query('', text, values)).length,
    })).catch(unavailable('Postgres did not answer.'))

  const ask = (query: RunQuery, text: string, ...values: unknown[]) =>
    query(statementName(text), text, values)

  const attempt = <Value>(
    { key, fingerprint, retentionMs }: TransactionRequest,
    run: (tx: TransactionOf<Client>) => Promise<TransactionRun<Value>>,
  ): Promise<TransactionOutcome<Value>> =>
    inTransaction<TransactionOutcome<Value>>(async (tx, query) => {
      const [row] = await ask(query, take, key, fingerprint, retentionMs)
      if (row?.['locked'] !== true) return { commit: false, value: { kind: 'in_flight' } }
      if (row['taken'] !== true) {
        const [record] = await ask(query, seen, key)
        if (Number(record?.['state']) !== 2) return { commit: false, value: { kind: 'in_flight' } }
        const done = { kind: 'done', fingerprint: String(record?.['fingerprint']) } as const
        return { commit: false, value: done }
      }
      const { commit, value } = await run(tx as TransactionOf<Client>)
      if (!commit) return { commit, value: { kind: 'rolled_back', value } }
      if ((await ask(query, held, key)).length !== 1) {
        throw new StoreUnavailableError('A handler ended the transaction itself.')
      }
      return { commit, value: { kind: 'committed', value } }
    }).catch(unavailable('The transaction failed, or it is unknown whether it was committed.'))

  return {
    name: 'postgres-transactional',
    migrate: () =>
      inTransaction(async (_tx, query) => {
        await migrateTable(query, table)
        return { commit: true, value: undefined }
      }).catch(unavailable('Postgres did not answer.')),
    transact: async (request, run) => {
      if (running.has(request.key)) return { kind: 'in_flight' }
      running.add(request.key)
      try {
        return await attempt(request, run)
      } finally {
        running.delete(request.key)
      }
    },
    sweep: (limit) => alone(sweepSql(table), limit),
    forget: async (key) => (await alone(forgetSql(table), key)) === 1,
  }
}
