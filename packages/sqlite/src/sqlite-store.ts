import {
  assertDuration,
  assertOptions,
  type ClaimOutcome,
  type IdempotencyStore,
  type SweepingOptions,
  sweepEvery,
  sweepReminder,
} from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import { answering } from './answering.ts'
import { inBatches } from './batches.ts'
import {
  allRows,
  assertDatabase,
  type SqliteDatabase,
  type SqliteStatement,
  type SqliteValue,
} from './database.ts'
import { groupCommit } from './group-commit.ts'
import { inOwnTransaction } from './own-transaction.ts'
import { defaultTable, sqliteSchema, tableName } from './schema.ts'
import { sweepSql, unsweptSql } from './statements.ts'

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions {
  /** Your own handle: better-sqlite3, libsql or node:sqlite. Not the one of `sqliteTransactional`, nor one on which a transaction waits. */
  readonly db: SqliteDatabase
  /** A plain name; default `ainexlayer_webhook_events`. */
  readonly table?: string
  /** The clock, in unix milliseconds; default `Date.now`, which all processes of the host share. A step forward ends leases early. */
  readonly now?: () => number
  /** Called if nobody sweeps, or if a sweep fails; default `console.warn`. */
  readonly warn?: (message: string) => void
}

/** The store, and `migrate`, which sets up its table. */
export interface SqliteStore extends IdempotencyStore {
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

/** One statement, so there is no race: a claim that loses rewrites the row unchanged, so that RETURNING shows it. */
const claimSql = (table: string): string => `
INSERT INTO ${table} AS r (key, state, token, attempt, fingerprint, lease_until, expires_at, result)
VALUES (?, 1, ?, 1, ?, ?, ?, NULL)
ON CONFLICT (key) DO UPDATE SET (state, token, attempt, fingerprint, lease_until, expires_at, result) = (
  SELECT
    CASE WHEN free THEN 1 ELSE r.state END,
    CASE WHEN free THEN excluded.token ELSE r.token END,
    CASE WHEN NOT free THEN r.attempt
         WHEN r.expires_at <= now THEN 1
         WHEN r.state = 1 AND r.token = excluded.token THEN r.attempt
         ELSE r.attempt + 1 END,
    CASE WHEN free THEN excluded.fingerprint ELSE r.fingerprint END,
    CASE WHEN free THEN excluded.lease_until ELSE r.lease_until END,
    CASE WHEN free THEN excluded.expires_at ELSE r.expires_at END,
    CASE WHEN free THEN NULL ELSE r.result END
  FROM (SELECT now, r.expires_at <= now OR (r.state < 2 AND (
    (r.lease_until <= now AND r.fingerprint = excluded.fingerprint) OR (r.state = 1 AND r.token = excluded.token))) AS free
    FROM (SELECT ? AS now)))
RETURNING CASE WHEN state = 1 AND token = ? THEN 'claimed' WHEN state = 2 THEN 'done' ELSE 'held' END,
  attempt, fingerprint, result, lease_until`

const outcomeOf = (row: unknown, now: number, leaseMs: number): ClaimOutcome => {
  const answer = new Answer(row)
  const kind = answer.word(0, ['claimed', 'done', 'held'])
  const run = answer.number(1)
  if (kind === 'claimed') return { kind, run }
  const fingerprint = answer.text(2)
  if (kind === 'done') return { kind, run, fingerprint, result: answer.nullable(3) }
  const leftMs = answer.number(4) - now
  // The lease has expired, and the claim did not take it: its fingerprint is different.
  if (leftMs <= 0) return { kind: 'released', run, fingerprint }
  // A clock that was set back must not make a lease look longer than it was.
  const leaseLeftMs = Math.min(Math.max(1, leftMs), Math.max(leaseMs, 1))
  return { kind: 'in_flight', run, fingerprint, leaseLeftMs }
}

/** A new end of the lease, given twice; what is leased is not forgotten, however short the retention. */
const leasedSql = 'lease_until = ?, expires_at = max(expires_at, ?)'

/**
 * Remembers handled events in a SQLite file (3.35 or later), for the processes of one host. Never put the
 * file on a network file system. The drivers are synchronous, so a claim blocks the event loop for the
 * duration of one write; with many at once, what arrives in one turn of the event loop is one write.
 *
 * Use `PRAGMA journal_mode = WAL`, `busy_timeout = 1000` and `synchronous = FULL`: with less, a power
 * failure may lose the last events.
 *
 * @throws WebhookConfigurationError `option_invalid` if `table` is not a plain name, `db` no open database, or an option does not exist
 *
 * @example
 * const store = sqliteStore({ db: new Database('webhooks.db') })
 * await store.migrate()
 * createReceiver({ secret, endpoint: 'billing', store })
 */
export const sqliteStore = (options: SqliteStoreOptions): SqliteStore => {
  assertOptions<SqliteStoreOptions>('sqliteStore', options, { db: 1, table: 1, now: 1, warn: 1 })
  const { db, now = Date.now, warn = console.warn } = options
  assertDatabase(db)
  const table = tableName(options.table ?? defaultTable)

  // Prepared on first use: before `migrate` the table may not exist.
  const bare = (sql: string) => {
    let prepared: SqliteStatement | undefined
    return (...values: SqliteValue[]): unknown[] => {
      prepared ??= db.prepare(sql)
      return allRows(prepared, ...values)
    }
  }
  const statement = (mode: 'write' | 'read', sql: string) => {
    const run = bare(sql)
    return (...values: SqliteValue[]): unknown[] =>
      answering(() => inOwnTransaction(db, mode, () => run(...values)))
  }
  const committed = groupCommit(db)
  const claim = bare(claimSql(table))
  const renew = bare(
    `UPDATE ${table} SET ${leasedSql} WHERE key = ? AND token = ? AND state = 1 RETURNING 1`,
  )
  const complete = bare(
    `UPDATE ${table} SET state = 2, result = ? WHERE key = ? AND token = ? AND state IN (1, 2) RETURNING 1`,
  )
  const release = bare(
    `UPDATE ${table} SET state = 0, ${leasedSql} WHERE key = ? AND token = ? AND state = 1 RETURNING 1`,
  )
  const sweepRows = statement('write', sweepSql(table))
  const sweep = (limit: number): Promise<number> =>
    inBatches(limit, async (batch) => sweepRows(now(), batch).length)
  const unswept = statement('read', unsweptSql(table))
  const remind = sweepReminder(
    async ({ count, expiredForMs }) => unswept(now() - expiredForMs, count - 1).length > 0,
    warn,
  )
  const forget = statement('write', `DELETE FROM ${table} WHERE key = ? AND state <> 1 RETURNING 1`)

  return {
    name: 'sqlite',
    shared: true,
    migrate: async () => {
      answering(() => db.exec(sqliteSchema(table)))
    },
    claim: async ({ key, token, fingerprint, leaseMs, retentionMs }) => {
      assertDuration('leaseMs', leaseMs)
      assertDuration('retentionMs', retentionMs)
      const keptMs = Math.max(retentionMs, leaseMs)
      const outcome = await committed(() => {
        const at = now()
        const [row] = claim(key, token, fingerprint, at + leaseMs, at + keptMs, at, token)
        return outcomeOf(row, at, leaseMs)
      })
      remind()
      return outcome
    },
    renew: async ({ key, token, leaseMs }) => {
      assertDuration('leaseMs', leaseMs)
      return committed(() => {
        const until = now() + leaseMs
        return renew(until, until, key, token).length === 1
      })
    },
    complete: ({ key, token, result }) =>
      committed(() => complete(result, key, token).length === 1),
    release: ({ key, token, delayMs = 0 }) =>
      committed(() => {
        const until = now() + delayMs
        return release(until, until, key, token).length === 1
      }),
    sweep,
    startSweeping: (sweeping = {}) => sweepEvery(sweep, sweeping, warn),
    forget: async (key) => forget(key).length === 1,
  }
}
