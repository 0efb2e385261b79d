import { StoreUnavailableError } from '@ainexlayer/webhooks'
import {
  assertDuration,
  assertOptions,
  runLimit,
  type SweepingOptions,
  storeUnavailable,
  sweepEvery,
  sweepReminder,
  type TransactionalStore,
  type TransactionOutcome,
  type TransactionRequest,
  type TransactionRun,
} from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import { answering } from './answering.ts'
import { inBatches } from './batches.ts'
import { allRows, assertDatabase, type SqliteDatabase, type SqliteValue } from './database.ts'
import { lendDatabase } from './lend.ts'
import { begin, inOwnTransaction, rollBack } from './own-transaction.ts'
import { defaultTable, sqliteSchema, tableName } from './schema.ts'
import { sweepSql, unsweptSql } from './statements.ts'
import { takingTurns } from './turns.ts'

/** Options of {@link sqliteTransactional}. */
export interface SqliteTransactionalOptions<Db extends SqliteDatabase> {
  /** Its own handle: other code on the same handle would write into a handler's transaction. */
  readonly db: Db
  /** A plain name; default `ainexlayer_webhook_events`. May be the table of `sqliteStore`. */
  readonly table?: string
  /** The clock, in unix milliseconds; default `Date.now`. */
  readonly now?: () => number
  /** Called if nobody sweeps, or if a sweep fails; default `console.warn`. */
  readonly warn?: (message: string) => void
}

/** The store, and `migrate`, which sets up its table. */
export interface SqliteTransactionalStore<Db> extends TransactionalStore<Db> {
  /** Creates the table and its index if they are missing. Safe to run at every start. */
  migrate(): Promise<void>
  sweep(limit: number): Promise<number>
  /**
   * Deletes expired records at intervals, until the returned function is called, which waits for a sweep that is under
   * way. Any number of processes may do it. Failures go to `warn`.
   */
  startSweeping(options?: SweepingOptions): () => Promise<void>
}

/** The store's own savepoint. It ends with the transaction, so that it shows whether the transaction is still the same. */
const savepoint = 'ainexlayer_webhook_run'

const isNoSavepoint = (error: unknown): boolean => /no such savepoint/i.test(String(error))

/** A deferred foreign key is checked at the commit. */
const isConstraint = (error: unknown): boolean => /constraint failed/i.test(String(error))

/**
 * Exactly-once effects on SQLite: what handlers write through `ctx.tx` (the handle) is committed
 * together with the record that the event is done, or not at all.
 *
 * One event runs at a time, because a handle has one transaction; others wait, and a duplicate of one
 * that runs or waits is `in_flight` immediately. Keep the handlers short: nothing else can write meanwhile.
 * Handlers must not end the transaction themselves; they may use savepoints. `ctx.tx` cannot be used after
 * the transaction has ended.
 *
 * @example
 * const store = sqliteTransactional({ db: new Database('app.db') })
 * await store.migrate()
 * createReceiver({ secret, endpoint: 'billing', store }).on('document.processed', (event, { tx }) => {
 *   tx.prepare('UPDATE documents SET ready = 1 WHERE id = ?').run(event.data.id)
 * })
 */
export const sqliteTransactional = <Db extends SqliteDatabase>(
  options: SqliteTransactionalOptions<Db>,
): SqliteTransactionalStore<Db> => {
  assertOptions<SqliteTransactionalOptions<Db>>('sqliteTransactional', options, {
    db: 1,
    table: 1,
    now: 1,
    warn: 1,
  })
  const { db, now = Date.now, warn = console.warn } = options
  assertDatabase(db)
  const table = tableName(options.table ?? defaultTable)
  const running = new Set<string>()
  const inTurn = takingTurns()

  const query = (sql: string, ...values: readonly SqliteValue[]): unknown[] =>
    answering(() => allRows(db.prepare(sql), ...values))
  /** For statements outside of a run's transaction. */
  const alone =
    (mode: 'write' | 'read') =>
    (sql: string, ...values: readonly SqliteValue[]): unknown[] =>
      answering(() => inOwnTransaction(db, mode, () => query(sql, ...values)))
  const [write, read] = [alone('write'), alone('read')]

  /** Takes the key, or returns the outcome for a key that cannot be taken. */
  const take = (
    { key, fingerprint, retentionMs, maxRunMs }: TransactionRequest,
    token: string,
  ): TransactionOutcome<never> | undefined => {
    const at = now()
    const [row] = query(
      `SELECT state, attempt, fingerprint, lease_until FROM ${table} WHERE key = ? AND expires_at > ?`,
      key,
      at,
    )
    const seen = row === undefined ? undefined : new Answer(row)
    if (seen !== undefined) {
      const first = seen.text(2)
      if (seen.number(0) === 2) return { kind: 'done', fingerprint: first }
      if (seen.number(3) > at) return { kind: 'in_flight' }
      if (first !== fingerprint) return { kind: 'released', fingerprint: first }
    }
    query(
      `INSERT OR REPLACE INTO ${table} (key, state, token, attempt, fingerprint, lease_until, expires_at, result) VALUES (?, 1, ?, ?, ?, ?, ?, NULL) RETURNING 1`,
      key,
      token,
      seen === undefined ? 1 : seen.number(1) + 1,
      fingerprint,
      at + maxRunMs,
      at + Math.max(retentionMs, maxRunMs),
    )
    return undefined
  }

  /** Whether the transaction is still the one that was begun for the run. Releases its savepoint. */
  const isOurs = (): boolean => {
    try {
      db.exec(`RELEASE ${savepoint}`)
      return true
    } catch (error) {
      if (isNoSavepoint(error)) return false
      throw error
    }
  }

  /** Commits; returns the violated constraint if there is one, which is the fault of the run's own writes. */
  const commitOrRefusal = (): unknown => {
    try {
      db.exec('COMMIT')
      return undefined
    } catch (error) {
      if (isConstraint(error)) return error
      throw storeUnavailable('SQLite', error)
    }
  }

  /** Frees a record that the run committed itself; false if there is none. */
  const giveBack = (key: string, token: string): boolean =>
    write(
      `UPDATE ${table} SET state = 0, lease_until = 0 WHERE key = ? AND token = ? AND state = 1 RETURNING 1`,
      key,
      token,
    ).length === 1

  /** Takes the key and runs, in a transaction that has begun; ends it. */
  const attempt = async <Value>(
    request: TransactionRequest,
    run: (tx: Db, signal: AbortSignal) => Promise<TransactionRun<Value>>,
  ): Promise<TransactionOutcome<Value>> => {
    const { key, maxRunMs } = request
    const token = crypto.randomUUID()
    const seen = take(request, token)
    if (seen !== undefined) {
      rollBack(db)
      return seen
    }
    db.exec(`SAVEPOINT ${savepoint}`)
    const limit = runLimit(maxRunMs)
    const lent = lendDatabase(db)
    let ended: TransactionRun<Value>
    try {
      ended = await limit.wait(run(lent.db, limit.signal))
    } catch (error) {
      if (!limit.timedOut) throw error
      lent.takeBack()
      rollBack(db)
      giveBack(key, token)
      return { kind: 'timed_out' }
    } finally {
      limit.end()
      lent.takeBack()
    }
    const { commit, value } = ended
    if (commit && isOurs()) {
      query(`UPDATE ${table} SET state = 2, token = '' WHERE key = ? RETURNING 1`, key)
      const refusal = commitOrRefusal()
      if (refusal === undefined) return { kind: 'committed', value }
      rollBack(db)
      return { kind: 'broken', value, error: refusal }
    }
    rollBack(db)
    const isCommitted = giveBack(key, token)
    return { kind: commit || isCommitted ? 'broken' : 'rolled_back', value }
  }

  // In turn: in the transaction of a run they would be rolled back with it.
  const sweep = (limit: number): Promise<number> =>
    inBatches(limit, (batch) => inTurn(() => write(sweepSql(table), now(), batch).length))
  const remind = sweepReminder(
    ({ count, expiredForMs }) =>
      inTurn(() => read(unsweptSql(table), now() - expiredForMs, count - 1).length > 0),
    warn,
  )

  return {
    name: 'sqlite-transactional',
    shared: true,
    migrate: async () => {
      answering(() => db.exec(sqliteSchema(table)))
    },
    transact: async (request, run) => {
      const { key, retentionMs, maxRunMs } = request
      assertDuration('retentionMs', retentionMs)
      assertDuration('maxRunMs', maxRunMs)
      if (running.has(key)) return { kind: 'in_flight' }
      running.add(key)
      try {
        return await inTurn(() => {
          // IMMEDIATE, because a transaction that begins as a reader may fail to become a writer later.
          answering(() => begin(db))
          return attempt(request, run).catch((error: unknown) => {
            rollBack(db)
            throw error instanceof StoreUnavailableError
              ? error
              : storeUnavailable('The transaction failed. SQLite', error)
          })
        })
      } finally {
        running.delete(key)
        remind()
      }
    },
    sweep,
    startSweeping: (sweeping = {}) => sweepEvery(sweep, sweeping, warn),
    forget: (key) =>
      inTurn(
        () =>
          write(`DELETE FROM ${table} WHERE key = ? AND state <> 1 RETURNING 1`, key).length === 1,
      ),
  }
}
