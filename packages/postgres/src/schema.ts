import { createHash } from 'node:crypto'
import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import type { RunQuery } from './client.ts'

/** The default table. */
export const defaultTable = 'ainexlayer_webhook_events'

const identifier = /^[a-z_][a-z0-9_]{0,47}$/

/**
 * Checks a table's name, so that it is safe inside a statement.
 *
 * @throws WebhookConfigurationError `option_invalid` unless it is a plain name, or `schema.name`
 */
export const tableName = (table: string): string => {
  const parts = table.split('.')
  if (parts.length <= 2 && parts.every((part) => identifier.test(part))) return table
  throw new WebhookConfigurationError(
    'option_invalid',
    '`table` is not a plain name.',
    'Use lower-case letters, digits and `_`, with at most one schema in front: `app.webhook_events`.',
  )
}

/**
 * The store's schema as SQL, for your own migrations. `migrate()` runs the same statements.
 *
 * `state` is 0 released, 1 in flight, 2 done. The fill factor leaves room to update a row on its own page,
 * without touching an index.
 */
export const postgresSchema = (table: string = defaultTable): string => {
  const name = tableName(table)
  return `CREATE TABLE IF NOT EXISTS ${name} (
  key text COLLATE "C" PRIMARY KEY,
  state smallint NOT NULL,
  token text NOT NULL,
  attempt integer NOT NULL,
  fingerprint text NOT NULL,
  lease_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  result text
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS ${name.split('.').at(-1)}_expires_at ON ${name} (expires_at);`
}

/** A name for a prepared statement, unique to its text. */
export const statementName = (text: string): string =>
  `ainl_${createHash('sha1').update(text).digest('hex').slice(0, 24)}`

/** Sets up the table, one statement at a time: not every client accepts several at once. */
export const migrateTable = async (query: RunQuery, table: string): Promise<void> => {
  for (const text of postgresSchema(table).split(';')) {
    if (text.trim() !== '') await query('', text, [])
  }
}
