import { StoreUnavailableError } from '@ainexlayer/webhooks'
import type { TransactionalStore } from '@ainexlayer/webhooks/store'
import { answering } from './answering.ts'
import { allRows, type SqliteDatabase, type SqliteValue } from './database.ts'
import { defaultTable, sqliteSchema, tableName } from './schema.ts'

/** Options of {@link sqliteTransactional}. */
export interface SqliteTransactionalOptions<Db extends SqliteDatabase> {
  /** Its own handle: other code on the same handle would write into a handler's transaction. */
  readonly db: Db
  /** A plain name; default `ainexlayer_webhook_events`. May be the table of `sqliteStore`. */
  readonly table?: string
  /** The clock, in unix milliseconds; default `Date.now`. */
  readonly now?: () => number
}

/** The store, and `migrate`, which sets up its table. */
export interface SqliteTransactionalStore<Db> extends TransactionalStore<Db> {
  /** Creates the table and its index if they are missing. Safe to run at every start. */
  migrate(): Promise<void>
}

const isRow = (row: unknown): row is Record<string, unknown> =>
  typeof row === 'object' && row !== null

/**
 * Exactly-once effects on SQLite: what handlers write through `ctx.tx` (the handle) is committed
 * together with the record that the event is done, or not at all.
 *
 * One event runs at a time, because a handle has one transaction; others wait, and a duplicate of one
 * that runs or waits is `in_flight` immediately. Keep the handlers short: nothing else can write meanwhile.
 *
 * @example
 * const store = sqliteTransactional({ db: new Database('app.db') })
 * await store.migrate()
 * createReceiver({ secret, store }).on('document.processed', (event, { tx }) => {
 *   tx.prepare('UPDATE documents SET ready = 1 WHERE id = ?').run(event.data.id)
 * })
 */
export const sqliteTransactional = <Db extends SqliteDatabase>(
  options: SqliteTransactionalOptions<Db>,
): SqliteTransactionalStore<Db> => {
  const { db, now = Date.now } = options
  const table = tableName(options.table ?? defaultTable)
  const running = new Set<string>()
  let last: Promise<unknown> = Promise.resolve()

  /** Waits for its turn on the handle. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  const rollBack = (): void => {
    try {
      db.exec('ROLLBACK')
    } catch {
      // After some errors SQLite has already rolled back, and there is nothing left to undo.
    }
  }

  const query = (sql: string, ...values: readonly SqliteValue[]): unknown[] =>
    answering(() => allRows(db.prepare(sql), ...values))

  const recorded = (key: string): string | undefined => {
    const [row] = query(
      `SELECT fingerprint FROM ${table} WHERE key = ? AND state = 2 AND expires_at > ?`,
      key,
      now(),
    )
    return isRow(row) ? String(row['fingerprint']) : undefined
  }

  return {
    name: 'sqlite-transactional',
    migrate: async () => {
      answering(() => db.exec(sqliteSchema(table)))
    },
    transact: async ({ key, fingerprint, retentionMs }, run) => {
      if (running.has(key)) return { kind: 'in_flight' }
      running.add(key)
      try {
        return await inTurn(async () => {
          // IMMEDIATE, because a transaction that begins as a reader may fail to become a writer later.
          answering(() => db.exec('BEGIN IMMEDIATE'))
          try {
            const done = recorded(key)
            if (done !== undefined) {
              rollBack()
              return { kind: 'done', fingerprint: done }
            }
            query(
              `INSERT OR REPLACE INTO ${table} (key, state, token, attempt, fingerprint, lease_until, expires_at, result) VALUES (?, 2, '', 1, ?, 0, ?, NULL) RETURNING 1`,
              key,
              fingerprint,
              now() + retentionMs,
            )
            const { commit, value } = await run(db)
            if (!commit) {
              rollBack()
              return { kind: 'rolled_back', value }
            }
            // After a handler's own ROLLBACK the record is gone: the event must not count as done.
            if (recorded(key) === undefined) {
              throw new StoreUnavailableError('A handler ended the transaction itself.')
            }
            answering(() => db.exec('COMMIT'))
            return { kind: 'committed', value }
          } catch (error) {
            rollBack()
            throw error instanceof StoreUnavailableError
              ? error
              : new StoreUnavailableError('The transaction failed.', { cause: error })
          }
        })
      } finally {
        running.delete(key)
      }
    },
    sweep: async (limit) =>
      query(
        `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING 1`,
        now(),
        limit,
      ).length,
    forget: async (key) =>
      query(`DELETE FROM ${table} WHERE key = ? RETURNING 1`, key).length === 1,
  }
}
