// Parameters are sent as text and cast here: clients write and parse all other types their own way.

/** Locked rows are left for the next sweep, so that neither waits for the other. */
export const sweepSql = (table: string): string =>
  `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE expires_at <= statement_timestamp() ORDER BY expires_at LIMIT $1::text::int8 FOR UPDATE SKIP LOCKED) RETURNING 1`

/** A row if there are more expired ones than so many, for so long. It reads no further in the index. */
export const unsweptSql = (table: string): string =>
  `SELECT 1 FROM ${table} WHERE expires_at <= statement_timestamp() - $2::text::float8 * interval '1 ms' ORDER BY expires_at OFFSET $1::text::int8 LIMIT 1`

/** A record in flight is never dropped. */
export const forgetSql = (table: string): string =>
  `DELETE FROM ${table} WHERE key = $1 AND state <> 1 RETURNING 1`

/** Sets one of the server's timeouts for this transaction, unless it is already shorter. */
const cappedSql = (name: string): string => `set_config('${name}', (
  SELECT CASE WHEN own > 0 AND own < $5::text::int8 THEN own ELSE $5::text::int8 END
  FROM (SELECT (extract(epoch FROM current_setting('${name}')::interval) * 1000)::int8 AS own) AS asked)::text, true)`

/**
 * Takes the key if nothing else works on it, without waiting: a plain INSERT would block on the
 * transaction that inserted it first, and hold a connection meanwhile. The lock is of the table that the search path
 * finds: services with a schema each do not wait for each other. The token is the transaction's id,
 * so that no other transaction can mark the record as done. The server's timeouts back up `maxRunMs` when
 * this process is frozen or cut off.
 */
export const takeSql = (table: string): string => `
WITH locked AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtextextended('${table}'::regclass::oid::text || ':' || $1, 7)) AS ok),
taken AS (
  INSERT INTO ${table} AS r (key, state, token, attempt, fingerprint, lease_until, expires_at)
  SELECT $1, 1, txid_current()::text, 1, $2, statement_timestamp() + $4::text::float8 * interval '1 ms',
    statement_timestamp() + greatest($3::text::float8, $4::text::float8) * interval '1 ms' FROM locked WHERE ok
  ON CONFLICT (key) DO UPDATE SET state = 1, token = excluded.token, attempt = r.attempt + 1, fingerprint = excluded.fingerprint,
    lease_until = excluded.lease_until, expires_at = excluded.expires_at, result = NULL
  WHERE r.expires_at <= statement_timestamp()
    OR (r.state < 2 AND r.lease_until <= statement_timestamp() AND r.fingerprint = excluded.fingerprint)
  RETURNING token)
SELECT CASE WHEN (SELECT ok FROM locked) THEN 'locked' ELSE 'in_flight' END AS kind, (SELECT token FROM taken) AS token, pg_backend_pid()::text AS pid,
  (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = '${table}'::regclass) AS schema,
  ${cappedSql('statement_timeout')} AS a, ${cappedSql('idle_in_transaction_session_timeout')} AS b`

/** Why a key could not be taken; needs a snapshot of its own. */
export const seenSql = (table: string): string =>
  `SELECT CASE WHEN state = 2 THEN 'done' WHEN lease_until <= statement_timestamp() THEN 'released' ELSE 'in_flight' END AS kind, fingerprint AS print FROM ${table} WHERE key = $1`

/** Marks the record as done, but only in the transaction that took the key. */
export const finishSql = (table: string): string =>
  `UPDATE ${table} SET state = 2, token = '' WHERE key = $1 AND state = 1 AND token = txid_current()::text RETURNING 1`

/** Whether the transaction is still the one that took the key. */
export const isOursSql = 'SELECT 1 WHERE $1::text = txid_current()::text'

/** Whether a transaction that has ended was committed. */
export const isCommittedSql = 'SELECT txid_status($1::text::int8) AS status'

/** Frees a record that the run committed itself. */
export const giveBackSql = (table: string): string =>
  `UPDATE ${table} SET state = 0, lease_until = statement_timestamp() WHERE key = $1 AND state = 1 AND token = $2 RETURNING 1`

/** Ends the backend of a transaction that did not reply, if it is still in that transaction. */
export const terminateSql =
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1::text::int4 AND backend_xid::text = ($2::text::int8 % 4294967296)::text'
