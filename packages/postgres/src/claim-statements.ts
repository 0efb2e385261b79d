import type { ClaimOutcome, ClaimRequest } from '@ainexlayer/webhooks/store'
import { Answer } from './answer.ts'
import type { Row } from './client.ts'
import { lockLimitSql } from './lock-limit.ts'

const remainingSql =
  '(extract(epoch FROM lease_until - statement_timestamp()) * 1000)::text AS remaining'
const standingSql =
  "WHEN state = 2 THEN 'done' WHEN lease_until <= statement_timestamp() THEN 'released' ELSE 'in_flight' END AS kind"

const answerSql = `CASE WHEN state = 1 AND token = $2 THEN 'claimed' ${standingSql},
  attempt::text AS run, fingerprint AS print, result AS result, ${remainingSql}`

/** A claim that loses rewrites the row unchanged, so that RETURNING shows it. */
const takeOverSql = `
ON CONFLICT (key) DO UPDATE SET (state, token, attempt, fingerprint, lease_until, expires_at, result) = (
  SELECT
    CASE WHEN free THEN 1 ELSE r.state END,
    CASE WHEN free THEN excluded.token ELSE r.token END,
    CASE WHEN NOT free THEN r.attempt
         WHEN r.expires_at <= statement_timestamp() THEN 1
         WHEN r.state = 1 AND r.token = excluded.token THEN r.attempt
         ELSE r.attempt + 1 END,
    CASE WHEN free THEN excluded.fingerprint ELSE r.fingerprint END,
    CASE WHEN free THEN excluded.lease_until ELSE r.lease_until END,
    CASE WHEN free THEN excluded.expires_at ELSE r.expires_at END,
    CASE WHEN free THEN NULL ELSE r.result END
  FROM (SELECT r.expires_at <= statement_timestamp() OR (r.state < 2 AND (
    (r.lease_until <= statement_timestamp() AND r.fingerprint = excluded.fingerprint) OR (r.state = 1 AND r.token = excluded.token))) AS free) AS asked)`

const columnsSql = '(key, state, token, attempt, fingerprint, lease_until, expires_at)'

/** One statement, so there is no race. */
export const claimSql = (table: string): string => `
WITH limited AS MATERIALIZED ${lockLimitSql('alone')}
INSERT INTO ${table} AS r ${columnsSql}
SELECT $1, 1, $2, 1, $3, statement_timestamp() + $4::text::float8 * interval '1 ms', statement_timestamp() + greatest($4::text::float8, $5::text::float8) * interval '1 ms' FROM limited WHERE true${takeOverSql}
RETURNING ${answerSql}`

/**
 * The answer to a claim that cannot take the record; no row if it may. It writes nothing, so that many claims of one
 * key do not conflict with each other.
 */
export const lookSql = (table: string): string => `
SELECT ${answerSql} FROM ${table} WHERE key = $1 AND expires_at > statement_timestamp()
  AND (state = 2 OR (lease_until > statement_timestamp() OR fingerprint <> $3) AND NOT (state = 1 AND token = $2))`

/** Several claims, no two of one key; in the order of their keys, so that two groups do not wait for each other. */
export const claimsSql = (table: string): string => `
WITH limited AS MATERIALIZED ${lockLimitSql('together')}
INSERT INTO ${table} AS r ${columnsSql}
SELECT key, 1, token, 1, print, statement_timestamp() + lease * interval '1 ms', statement_timestamp() + greatest(lease, keep) * interval '1 ms'
FROM json_to_recordset($1::text::json) AS asked (key text, token text, print text, lease float8, keep float8), limited ORDER BY key COLLATE "C"${takeOverSql}
RETURNING CASE ${standingSql}, attempt::text AS run, fingerprint AS print, result AS result, ${remainingSql},
  key AS name, CASE WHEN state = 1 THEN token END AS owner`

/** What {@link claimsSql} takes. */
export const claimsParameter = (claims: readonly ClaimRequest[]): string =>
  JSON.stringify(
    claims.map(({ key, token, fingerprint, leaseMs, retentionMs }) => ({
      key,
      token,
      print: fingerprint,
      lease: leaseMs,
      keep: retentionMs,
    })),
  )

const kinds = ['claimed', 'done', 'released', 'in_flight'] as const

const outcomeIn = (answer: Answer, kind: ClaimOutcome['kind']): ClaimOutcome => {
  const run = answer.number(1)
  if (kind === 'claimed') return { kind, run }
  const fingerprint = answer.text(2)
  if (kind === 'done') return { kind, run, fingerprint, result: answer.nullable(3) }
  // It was free to take, and was not taken.
  if (kind === 'released') return { kind, run, fingerprint }
  return { kind, run, fingerprint, leaseLeftMs: Math.max(1, answer.number(4)) }
}

/** The outcome of one claim. */
export const outcomeOf = (row: Row | undefined): ClaimOutcome => {
  const answer = new Answer(row)
  return outcomeIn(answer, answer.word(0, kinds))
}

/** The outcomes of {@link claimsSql}, in the order of the claims. */
export const outcomesOf = (
  claims: readonly ClaimRequest[],
  rows: readonly Row[],
): readonly ClaimOutcome[] => {
  const answers = new Map(
    rows.map((row) => {
      const answer = new Answer(row)
      return [answer.text(5), answer] as const
    }),
  )
  return claims.map(({ key, token }) => {
    const answer = answers.get(key) ?? new Answer(undefined)
    return outcomeIn(answer, answer.nullable(6) === token ? 'claimed' : answer.word(0, kinds))
  })
}
