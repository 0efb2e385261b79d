import {
  assertOptions,
  type ParkedRow,
  type ParkingPlace,
  parkingPlace,
} from '@ainexlayer/webhooks/queue'
import { Answer } from './answer.ts'
import { answering } from './answering.ts'
import { allRows, assertDatabase, type SqliteDatabase, type SqliteValue } from './database.ts'
import { groupCommit } from './group-commit.ts'
import { inOwnTransaction } from './own-transaction.ts'
import { tableName } from './schema.ts'

/** Options of {@link sqliteParking}. */
export interface SqliteParkingOptions {
  /** Your own handle: better-sqlite3, libsql or node:sqlite. Not the one of `sqliteTransactional`. */
  readonly db: SqliteDatabase
  /** A plain name; default `ainexlayer_webhook_parked`. */
  readonly table?: string
  /** The clock, in unix milliseconds; default `Date.now`. */
  readonly now?: () => number
}

/** The parking place, and `migrate`, which sets up its table. */
export interface SqliteParking extends ParkingPlace {
  /** Creates the table if it is missing. Safe to run at every start. */
  migrate(): Promise<void>
}

const parkedOf = (row: unknown): ParkedRow => {
  const answer = new Answer(row)
  return {
    key: answer.text(0),
    endpoint: answer.text(1),
    scope: answer.nullable(2) ?? undefined,
    id: answer.text(3),
    type: answer.text(4),
    reason: answer.text(5),
    job: answer.text(6),
    parkedAt: new Date(answer.number(7)),
  }
}

const columns = 'key, endpoint, scope, id, type, reason, job, parked_at'

/**
 * Keeps deliveries that no retry can fix in a SQLite table until they are replayed.
 *
 * @throws WebhookConfigurationError `option_invalid` if `table` is not a plain name
 *
 * @example
 * const parking = sqliteParking({ db })
 * await parking.migrate()
 * const receiver = createReceiver({ secret, endpoint: 'billing', store, park: parking.park })
 * for (const parked of await parking.list()) await parking.replay(receiver, parked)
 */
export const sqliteParking = (options: SqliteParkingOptions): SqliteParking => {
  assertOptions<SqliteParkingOptions>('sqliteParking', options, { db: 1, table: 1, now: 1 })
  const { db, table: name = 'ainexlayer_webhook_parked', now = Date.now } = options
  assertDatabase(db)
  const table = tableName(name)
  const committed = groupCommit(db)
  const write = async (sql: string, ...values: readonly SqliteValue[]): Promise<void> => {
    await committed(() => allRows(db.prepare(sql), ...values))
  }
  const read = (sql: string, ...values: readonly SqliteValue[]): unknown[] =>
    answering(() => inOwnTransaction(db, 'read', () => allRows(db.prepare(sql), ...values)))
  return {
    ...parkingPlace({
      put: ({ key, endpoint, scope = null, id, type, reason, job }) =>
        write(
          `INSERT OR REPLACE INTO ${table} (key, endpoint, scope, id, type, reason, job, parked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING 1`,
          key,
          endpoint,
          scope,
          id,
          type,
          reason,
          job,
          now(),
        ),
      list: async (limit, offset) =>
        read(
          `SELECT ${columns} FROM ${table} ORDER BY parked_at DESC, id LIMIT ? OFFSET ?`,
          limit,
          offset,
        ).map((row) => {
          const { job: _, ...parked } = parkedOf(row)
          return parked
        }),
      get: async (key) => {
        const [row] = read(`SELECT ${columns} FROM ${table} WHERE key = ?`, key)
        return row === undefined ? undefined : parkedOf(row)
      },
      remove: (key) => write(`DELETE FROM ${table} WHERE key = ? RETURNING 1`, key),
    }),
    migrate: async () => {
      answering(() =>
        db.exec(
          `CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, endpoint TEXT NOT NULL, scope TEXT, id TEXT NOT NULL, type TEXT NOT NULL, reason TEXT NOT NULL, job TEXT NOT NULL, parked_at REAL NOT NULL)`,
        ),
      )
    },
  }
}
