import type { OwnedClaim } from '@ainexlayer/webhooks/store'
import { lockLimitSql } from './lock-limit.ts'

/** What the owner of a claim does to it: with the text of its value, as it is sent. */
export interface OwnedOperation extends OwnedClaim {
  readonly value: string | null
}

/** One operation on a claim, for one row and for many. */
export interface OwnedSql {
  /** Takes the key, the token and the value. */
  readonly one: string
  /** Takes what {@link ownedParameter} makes; returns the keys of those that own their claims. */
  readonly many: string
}

/**
 * The keys are an array, and the values are looked up: however the planner misjudges the table, it goes by the index.
 */
const owned = (set: (value: string) => string, where: string): ((table: string) => OwnedSql) => {
  const asked = '(SELECT $1::text::jsonb)'
  return (table) => ({
    one: `UPDATE ${table} SET ${set('$3::text')} WHERE key = $1 AND token = $2 AND ${where} AND ${lockLimitSql('alone')} IS NOT NULL RETURNING key AS name`,
    many: `UPDATE ${table} SET ${set(`(${asked} -> key ->> 1)`)} WHERE key = ANY (ARRAY(SELECT name FROM jsonb_object_keys($1::text::jsonb) AS name, ${lockLimitSql('together')} AS limited WHERE ms IS NOT NULL)) AND token = ${asked} -> key ->> 0 AND ${where} RETURNING key AS name`,
  })
}

/** A new end of the lease; what is leased is not forgotten, however short the retention. */
const leased = (ms: string): string => {
  const end = `statement_timestamp() + ${ms}::float8 * interval '1 ms'`
  return `lease_until = ${end}, expires_at = greatest(expires_at, ${end})`
}

export const renewSql = owned(leased, 'state = 1')

export const completeSql = owned((result) => `state = 2, result = ${result}`, 'state IN (1, 2)')

export const releaseSql = owned((delay) => `state = 0, ${leased(delay)}`, 'state = 1')

/** What {@link OwnedSql.many} takes. */
export const ownedParameter = (operations: readonly OwnedOperation[]): string =>
  JSON.stringify(
    Object.fromEntries(operations.map(({ key, token, value }) => [key, [token, value]])),
  )
