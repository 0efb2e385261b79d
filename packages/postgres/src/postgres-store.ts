import { StoreUnavailableError } from '@ainexlayer/webhooks'
import {
  assertDuration,
  type ClaimOutcome,
  type IdempotencyStore,
} from '@ainexlayer/webhooks/store'
import { type PostgresClient, persistentQueryRunner, type Row } from './client.ts'
import { warnWithoutListener } from './error-listener.ts'
import { defaultTable, migrateTable, statementName, tableName } from './schema.ts'
import { forgetSql, sweepSql } from './statements.ts'

/** Options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /** Your own client: a `pg` Pool, the `sql` of postgres.js, or a PGlite database. */
  readonly client: PostgresClient
  /** A plain name, or `schema.name`; default `ainexlayer_webhook_events`. */
  readonly table?: string
  /**
   * Whether to use named prepared statements; default true. Behind a pooler in transaction mode (PgBouncer,
   * Supavisor) that cannot keep them, they are switched off at the first error that says so.
   */
  readonly prepare?: boolean
  /** Called once if `client` has no `error` listener; default `console.warn`. */
  readonly warn?: (message: string) => void
}

/** The store, and `migrate`, which sets up its table. */
export interface PostgresStore extends IdempotencyStore {
  /** Creates the table and its index if they are missing. Safe to run at every start. */
  migrate(): Promise<void>
  sweep(limit: number): Promise<number>
  forget(key: string): Promise<boolean>
}

/** One statement, so there is no race: a claim that loses rewrites the row unchanged, so that RETURNING shows it. */
const claimSql = (table: string): string => `
INSERT INTO ${table} AS r (key, state, token, attempt, fingerprint, lease_until, expires_at)
VALUES ($1, 1, $2, 1, $3, statement_timestamp() + $4::float8 * interval '1 ms', statement_timestamp() + greatest($4::float8, $5::float8) * interval '1 ms')
ON CONFLICT (key) DO UPDATE SET (state, token, attempt, fingerprint, lease_until, expires_at, result) = (
  SELECT
    CASE WHEN free THEN 1 ELSE r.state END,
    CASE WHEN free THEN excluded.token ELSE r.token END,
    CASE WHEN NOT free THEN r.attempt
         WHEN r.expires_at <= statement_timestamp() THEN 1
         WHEN r.state = 1 AND r.token = excluded.token THEN r.attempt
         ELSE r.attempt + 1 END,
    CASE WHEN free THEN excluded.fingerprint ELSE r.fingerprint END,
    CASE WHEN free THEN excluded.lease_until ELSE r.lease_until END,
    CASE WHEN free THEN excluded.expires_at ELSE r.expires_at END,
    CASE WHEN free THEN NULL ELSE r.result END
  FROM (SELECT r.expires_at <= statement_timestamp() OR (r.state < 2 AND (
    (r.lease_until <= statement_timestamp() AND r.fingerprint = excluded.fingerprint) OR (r.state = 1 AND r.token = excluded.token))) AS free) AS asked)
RETURNING (state = 1 AND token = $2) AS mine, state, attempt, fingerprint, result,
  (extract(epoch FROM lease_until - statement_timestamp()) * 1000)::float8 AS lease_left_ms`

const outcomeOf = (row: Row | undefined): ClaimOutcome => {
  if (row === undefined) throw new StoreUnavailableError('Postgres returned no row for a claim.')
  const run = Number(row['attempt'])
  if (row['mine'] === true) return { kind: 'claimed', run }
  const fingerprint = String(row['fingerprint'])
  const { result } = row
  if (Number(row['state']) === 2) {
    return {
      kind: 'done',
      run,
      fingerprint,
      result: typeof result === 'string' ? result : null,
    }
  }
  const leaseLeftMs = Number(row['lease_left_ms'])
  // It was free to take, and was not taken.
  if (leaseLeftMs <= 0) return { kind: 'released', run, fingerprint }
  return { kind: 'in_flight', run, fingerprint, leaseLeftMs: Math.max(1, leaseLeftMs) }
}

const unavailable = (error: unknown): never => {
  throw new StoreUnavailableError('Postgres did not answer.', { cause: error })
}

/** A new end of the lease, from the third parameter on; what is leased is not forgotten, however short the retention. */
const leasedSql =
  "lease_until = statement_timestamp() + $3::float8 * interval '1 ms', expires_at = greatest(expires_at, statement_timestamp() + $3::float8 * interval '1 ms')"

/**
 * Remembers handled events in a Postgres table. Each operation is one statement and one round trip, and
 * uses the server's clock.
 *
 * @throws WebhookConfigurationError `option_invalid` if `table` is not a plain name
 *
 * @example
 * const pool = new Pool({ connectionString })
 * pool.on('error', (error) => console.error(error))
 * const store = postgresStore({ client: pool })
 * await store.migrate()
 * createReceiver({ secret, store })
 */
export const postgresStore = (options: PostgresStoreOptions): PostgresStore => {
  const { client, warn = console.warn } = options
  const table = tableName(options.table ?? defaultTable)
  const run = persistentQueryRunner(client, { isOn: options.prepare ?? true })

  const statement = (text: string) => {
    const name = statementName(text)
    return async (...values: unknown[]): Promise<readonly Row[]> => {
      try {
        return await run(name, text, values)
      } catch (error) {
        return unavailable(error)
      }
    }
  }
  const claim = statement(claimSql(table))
  const renew = statement(
    `UPDATE ${table} SET ${leasedSql} WHERE key = $1 AND token = $2 AND state = 1 RETURNING 1`,
  )
  const complete = statement(
    `UPDATE ${table} SET state = 2, result = $3 WHERE key = $1 AND token = $2 AND state IN (1, 2) RETURNING 1`,
  )
  const release = statement(
    `UPDATE ${table} SET state = 0, ${leasedSql} WHERE key = $1 AND token = $2 AND state = 1 RETURNING 1`,
  )
  const sweep = statement(sweepSql(table))
  const forget = statement(forgetSql(table))

  return {
    name: 'postgres',
    migrate: () => migrateTable(run, table).catch(unavailable),
    claim: async ({ key, token, fingerprint, leaseMs, retentionMs }) => {
      assertDuration('leaseMs', leaseMs)
      assertDuration('retentionMs', retentionMs)
      warnWithoutListener(client, warn)
      const [row] = await claim(key, token, fingerprint, leaseMs, retentionMs)
      return outcomeOf(row)
    },
    renew: async ({ key, token, leaseMs }) => {
      assertDuration('leaseMs', leaseMs)
      return (await renew(key, token, leaseMs)).length === 1
    },
    complete: async ({ key, token, result }) => (await complete(key, token, result)).length === 1,
    release: async ({ key, token, delayMs = 0 }) =>
      (await release(key, token, delayMs)).length === 1,
    sweep: async (limit) => (await sweep(limit)).length,
    forget: async (key) => (await forget(key)).length === 1,
  }
}
