import { WebhookConfigurationError } from '@ainexlayer/webhooks'

/** The default table. */
export const defaultTable = 'ainexlayer_webhook_events'

/**
 * Checks a table's name, so that it is safe inside a statement.
 *
 * @throws WebhookConfigurationError `option_invalid` unless it is a plain name
 */
export const tableName = (table: string): string => {
  if (/^[a-z_][a-z0-9_]{0,47}$/.test(table)) return table
  throw new WebhookConfigurationError(
    'option_invalid',
    '`table` is not a plain name.',
    'Use lower-case letters, digits and `_`.',
  )
}

/** The store's schema as SQL, for your own migrations. `migrate()` runs the same statements. Times are unix milliseconds. */
export const sqliteSchema = (table: string = defaultTable): string => {
  const name = tableName(table)
  return `CREATE TABLE IF NOT EXISTS ${name} (
  key TEXT PRIMARY KEY,
  state INTEGER NOT NULL, -- 0 released, 1 in flight, 2 done
  token TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  lease_until REAL NOT NULL,
  expires_at REAL NOT NULL,
  result TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ${name}_expires_at ON ${name} (expires_at);`
}
