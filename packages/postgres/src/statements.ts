/** Locked rows are left for the next sweep, so that neither waits for the other. */
export const sweepSql = (table: string): string =>
  `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at <= statement_timestamp() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING 1`

/** A record in flight is never dropped. */
export const forgetSql = (table: string): string =>
  `DELETE FROM ${table} WHERE key = $1 AND state <> 1 RETURNING 1`
