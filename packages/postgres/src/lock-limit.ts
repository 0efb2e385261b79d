/** For how long one statement waits for the locks of others on its rows, in milliseconds. */
const lockMs = { alone: 500, together: 250 } as const

/**
 * Limits how long the statement that it is part of waits for a lock, unless the server's own limit is shorter: a row that
 * somebody locked for long would hold up all that goes together with it, and a connection for each that asks for it.
 */
export const lockLimitSql = (sent: keyof typeof lockMs): string =>
  `(SELECT set_config('lock_timeout', CASE WHEN own > 0 AND own < ${lockMs[sent]} THEN own ELSE ${lockMs[sent]} END::text, true) AS ms
  FROM (SELECT (extract(epoch FROM current_setting('lock_timeout')::interval) * 1000)::int8 AS own) AS setting)`
