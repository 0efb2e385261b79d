/** Deletes rows that expired before the first parameter, at most as many as the second. */
export const sweepSql = (table: string): string =>
  `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING 1`

/** A row if more rows expired before the first parameter than the second. It reads no further in the index. */
export const unsweptSql = (table: string): string =>
  `SELECT 1 FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT 1 OFFSET ?`
