import { WebhookConfigurationError } from '@ainexlayer/webhooks'

/** The table where nothing else is said. */
export const defaultTable = 'ainexlayer_webhook_events'

/**
 * A table's name as it may stand in a statement.
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

/** The store's schema as SQL, for migrations of your own. `migrate()` runs the same. Times are unix milliseconds. */
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
