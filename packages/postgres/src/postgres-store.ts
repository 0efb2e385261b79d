import {
  assertDuration,
  assertOptions,
  type ClaimOutcome,
  type IdempotencyStore,
  type SweepingOptions,
  storeUnavailable,
  sweepEvery,
  sweepReminder,
} from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import { assertClient, type PostgresClient, persistentQueryRunner, type Row } from './client.ts'
import { isConflict, retryingConflicts } from './conflict.ts'
import { warnWithoutListener } from './error-listener.ts'
import { defaultTable, migrateTable, statementName, tableName } from './schema.ts'
import { forgetSql, sweepSql, unsweptSql } from './statements.ts'

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
  /** Called if `client` has no `error` listener, if nobody sweeps, or if a sweep fails; default `console.warn`. */
  readonly warn?: (message: string) => void
}

/** The store, and `migrate`, which sets up its table. */
export interface PostgresStore extends IdempotencyStore {
  /** Creates the table and its index if they are missing. Safe to run at every start. */
  migrate(): Promise<void>
  sweep(limit: number): Promise<number>
  /**
   * Deletes expired records at intervals, until the returned function is called, which waits for a sweep that is under
   * way. Any number of processes may do it. Failures go to `warn`.
   */
  startSweeping(options?: SweepingOptions): () => Promise<void>
  forget(key: string): Promise<boolean>
}

const answerSql = `CASE WHEN state = 1 AND token = $2 THEN 'claimed' WHEN state = 2 THEN 'done'
    WHEN lease_until <= statement_timestamp() THEN 'released' ELSE 'in_flight' END AS kind,
  attempt::text AS run, fingerprint AS print, result AS result,
  (extract(epoch FROM lease_until - statement_timestamp()) * 1000)::text AS remaining`

/** One statement, so there is no race: a claim that loses rewrites the row unchanged, so that RETURNING shows it. */
const claimSql = (table: string): string => `
INSERT INTO ${table} AS r (key, state, token, attempt, fingerprint, lease_until, expires_at)
VALUES ($1, 1, $2, 1, $3, statement_timestamp() + $4::text::float8 * interval '1 ms', statement_timestamp() + greatest($4::text::float8, $5::text::float8) * interval '1 ms')
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
RETURNING ${answerSql}`

/**
 * The answer to a claim that cannot take the record; no row if it may. It writes nothing, so that many claims of one
 * key do not conflict with each other.
 */
const lookSql = (table: string): string => `
SELECT ${answerSql} FROM ${table} WHERE key = $1 AND expires_at > statement_timestamp()
  AND (state = 2 OR (lease_until > statement_timestamp() OR fingerprint <> $3) AND NOT (state = 1 AND token = $2))`

const outcomeOf = (row: Row | undefined): ClaimOutcome => {
  const answer = new Answer(row)
  const kind = answer.word(0, ['claimed', 'done', 'released', 'in_flight'])
  const run = answer.number(1)
  if (kind === 'claimed') return { kind, run }
  const fingerprint = answer.text(2)
  if (kind === 'done') return { kind, run, fingerprint, result: answer.nullable(3) }
  // It was free to take, and was not taken.
  if (kind === 'released') return { kind, run, fingerprint }
  return { kind, run, fingerprint, leaseLeftMs: Math.max(1, answer.number(4)) }
}

const unavailable = (error: unknown): never => {
  throw storeUnavailable('Postgres', error)
}

/** A new end of the lease, from the third parameter on; what is leased is not forgotten, however short the retention. */
const leasedSql =
  "lease_until = statement_timestamp() + $3::text::float8 * interval '1 ms', expires_at = greatest(expires_at, statement_timestamp() + $3::text::float8 * interval '1 ms')"

/**
 * Remembers handled events in a Postgres table. Each operation is one statement and one round trip, and
 * uses the server's clock.
 *
 * @throws WebhookConfigurationError `option_invalid` if `table` is not a plain name, `client` no client, or an option does not exist
 *
 * @example
 * const pool = new Pool({ connectionString })
 * pool.on('error', (error) => console.error(error))
 * const store = postgresStore({ client: pool })
 * await store.migrate()
 * createReceiver({ secret, endpoint: 'billing', store })
 */
export const postgresStore = (options: PostgresStoreOptions): PostgresStore => {
  assertOptions<PostgresStoreOptions>('postgresStore', options, {
    client: 1,
    table: 1,
    prepare: 1,
    warn: 1,
  })
  const { client, warn = console.warn } = options
  assertClient(client)
  const table = tableName(options.table ?? defaultTable)
  const run = persistentQueryRunner(client, { isOn: options.prepare ?? true })

  type Ask = (...values: (string | null)[]) => Promise<readonly Row[]>

  const once = (text: string): Ask => {
    const name = statementName(text)
    return (...values) => run(name, text, values)
  }
  const statement = (text: string): Ask => {
    const ask = once(text)
    return (...values) => retryingConflicts(() => ask(...values)).catch(unavailable)
  }
  const [take, look] = [once(claimSql(table)), once(lookSql(table))]
  const tryToClaim = async (
    key: string,
    token: string,
    fingerprint: string,
    ...times: string[]
  ): Promise<readonly Row[]> => {
    try {
      return await take(key, token, fingerprint, ...times)
    } catch (error) {
      if (!isConflict(error)) throw error
      const seen = await look(key, token, fingerprint)
      if (seen.length === 0) throw error
      return seen
    }
  }
  const renew = statement(
    `UPDATE ${table} SET ${leasedSql} WHERE key = $1 AND token = $2 AND state = 1 RETURNING 1`,
  )
  const complete = statement(
    `UPDATE ${table} SET state = 2, result = $3 WHERE key = $1 AND token = $2 AND state IN (1, 2) RETURNING 1`,
  )
  const release = statement(
    `UPDATE ${table} SET state = 0, ${leasedSql} WHERE key = $1 AND token = $2 AND state = 1 RETURNING 1`,
  )
  const sweepRows = statement(sweepSql(table))
  const sweep = async (limit: number): Promise<number> => (await sweepRows(String(limit))).length
  const remind = sweepReminder(async ({ count, expiredForMs }) => {
    const found = await run('', unsweptSql(table), [String(count - 1), String(expiredForMs)])
    return found.length > 0
  }, warn)
  const forget = statement(forgetSql(table))

  return {
    name: 'postgres',
    shared: true,
    migrate: () => migrateTable(run, table).catch(unavailable),
    claim: async ({ key, token, fingerprint, leaseMs, retentionMs }) => {
      assertDuration('leaseMs', leaseMs)
      assertDuration('retentionMs', retentionMs)
      warnWithoutListener(client, warn)
      const [row] = await retryingConflicts(() =>
        tryToClaim(key, token, fingerprint, String(leaseMs), String(retentionMs)),
      ).catch(unavailable)
      remind()
      return outcomeOf(row)
    },
    renew: async ({ key, token, leaseMs }) => {
      assertDuration('leaseMs', leaseMs)
      return (await renew(key, token, String(leaseMs))).length === 1
    },
    complete: async ({ key, token, result }) => (await complete(key, token, result)).length === 1,
    release: async ({ key, token, delayMs = 0 }) =>
      (await release(key, token, String(delayMs))).length === 1,
    sweep,
    startSweeping: (sweeping = {}) => sweepEvery(sweep, sweeping, warn),
    forget: async (key) => (await forget(key)).length === 1,
  }
}
