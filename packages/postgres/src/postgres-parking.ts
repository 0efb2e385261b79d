import {
  assertOptions,
  type ParkedRow,
  type ParkingPlace,
  parkingPlace,
  storeUnavailable,
} from '@ainexlayer/webhooks/queue'
import { Answer } from './answer.ts'
import { assertClient, type PostgresClient, queryRunner } from './client.ts'
import { retryingConflicts } from './conflict.ts'
import { migrating } from './migrating.ts'
import { tableName } from './schema.ts'

/** Options of {@link postgresParking}. */
export interface PostgresParkingOptions {
  /** Your own client: a `pg` Pool, the `sql` of postgres.js, or a PGlite database. */
  readonly client: PostgresClient
  /** A plain name, or `schema.name`; default `ainexlayer_webhook_parked`. */
  readonly table?: string
}

/** The parking place, and `migrate`, which sets up its table. */
export interface PostgresParking extends ParkingPlace {
  /** Creates the table if it is missing. Safe to run at every start. */
  migrate(): Promise<void>
}

const parkedOf = (answer: Answer): ParkedRow => ({
  key: answer.text(0),
  endpoint: answer.text(1),
  scope: answer.nullable(2) ?? undefined,
  id: answer.text(3),
  type: answer.text(4),
  reason: answer.text(5),
  job: answer.text(6),
  parkedAt: new Date(answer.number(7)),
})

const columns =
  'key, endpoint, scope, id, type, reason, job, (extract(epoch FROM parked_at) * 1000)::text AS parked'

/**
 * Keeps deliveries that no retry can fix in a Postgres table until they are replayed.
 *
 * @throws WebhookConfigurationError `option_invalid` if `table` is not a plain name
 *
 * @example
 * const parking = postgresParking({ client: pool })
 * await parking.migrate()
 * const receiver = createReceiver({ secret, endpoint: 'billing', store, park: parking.park })
 * for (const parked of await parking.list()) await parking.replay(receiver, parked)
 */
export const postgresParking = (options: PostgresParkingOptions): PostgresParking => {
  assertOptions<PostgresParkingOptions>('postgresParking', options, { client: 1, table: 1 })
  assertClient(options.client)
  const table = tableName(options.table ?? 'ainexlayer_webhook_parked')
  const run = queryRunner(options.client, { isOn: false })
  const unavailable = (error: unknown): never => {
    throw storeUnavailable('Postgres', error)
  }
  const ask = (text: string, ...values: (string | null)[]) =>
    retryingConflicts(() => run('', text, values)).catch(unavailable)
  return {
    ...parkingPlace({
      put: async ({ key, endpoint, scope = null, id, type, reason, job }) => {
        await ask(
          `INSERT INTO ${table} (key, endpoint, scope, id, type, reason, job) VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (key) DO UPDATE SET reason = excluded.reason, job = excluded.job, parked_at = excluded.parked_at`,
          key,
          endpoint,
          scope,
          id,
          type,
          reason,
          job,
        )
      },
      list: async (limit, offset) =>
        (
          await ask(
            `SELECT ${columns} FROM ${table} AS t ORDER BY t.parked_at DESC, id LIMIT $1::text::int8 OFFSET $2::text::int8`,
            String(limit),
            String(offset),
          )
        ).map((row) => {
          const { job: _, ...parked } = parkedOf(new Answer(row))
          return parked
        }),
      get: async (key) => {
        const [row] = await ask(`SELECT ${columns} FROM ${table} WHERE key = $1`, key)
        return row === undefined ? undefined : parkedOf(new Answer(row))
      },
      remove: async (key) => {
        await ask(`DELETE FROM ${table} WHERE key = $1`, key)
      },
    }),
    migrate: () =>
      migrating(() =>
        run(
          '',
          `CREATE TABLE IF NOT EXISTS ${table} (
           key text COLLATE "C" PRIMARY KEY, endpoint text NOT NULL, scope text, id text NOT NULL, type text NOT NULL,
           reason text NOT NULL, job text NOT NULL, parked_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
          [],
        ),
      ).catch(unavailable),
  }
}
