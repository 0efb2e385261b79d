import { type ParkedRow, type ParkingPlace, parkingPlace } from '@ainexlayer/webhooks/queue'
import { answering } from './answering.ts'
import { allRows, type SqliteDatabase, type SqliteValue } from './database.ts'
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
  const of = (name: string): unknown =>
    typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined
  return {
    id: String(of('id')),
    type: String(of('type')),
    endpoint: String(of('endpoint')),
    reason: String(of('reason')),
    parkedAt: new Date(Number(of('parked_at'))),
    job: String(of('job')),
  }
}

/**
 * Keeps deliveries that no retry can fix in a SQLite table until they are replayed.
 *
 * @throws WebhookConfigurationError `option_invalid` if `table` is not a plain name
 *
 * @example
 * const parking = sqliteParking({ db })
 * await parking.migrate()
 * const receiver = createReceiver({ secret, store, park: parking.park })
 * for (const { id, reason } of await parking.list()) await parking.replay(receiver, id)
 */
export const sqliteParking = ({
  db,
  table: name = 'ainexlayer_webhook_parked',
  now = Date.now,
}: SqliteParkingOptions): SqliteParking => {
  const table = tableName(name)
  const ask = (sql: string, ...values: readonly SqliteValue[]): unknown[] =>
    answering(() => allRows(db.prepare(sql), ...values))
  return {
    ...parkingPlace({
      put: async ({ endpoint, id, type, reason, job }) => {
        ask(
          `INSERT OR REPLACE INTO ${table} (endpoint, id, type, reason, job, parked_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING 1`,
          endpoint,
          id,
          type,
          reason,
          job,
          now(),
        )
      },
      list: async (limit, offset) =>
        ask(
          `SELECT * FROM ${table} ORDER BY parked_at DESC, id LIMIT ? OFFSET ?`,
          limit,
          offset,
        ).map((row) => {
          const { job: _, ...parked } = parkedOf(row)
          return parked
        }),
      get: async (endpoint, id) => {
        const [row] = ask(`SELECT * FROM ${table} WHERE endpoint = ? AND id = ?`, endpoint, id)
        return row === undefined ? undefined : parkedOf(row)
      },
      remove: async (endpoint, id) => {
        ask(`DELETE FROM ${table} WHERE endpoint = ? AND id = ? RETURNING 1`, endpoint, id)
      },
    }),
    migrate: async () => {
      answering(() =>
        db.exec(
          `CREATE TABLE IF NOT EXISTS ${table} (endpoint TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, reason TEXT NOT NULL, job TEXT NOT NULL, parked_at REAL NOT NULL, PRIMARY KEY (endpoint, id))`,
        ),
      )
    },
  }
}
