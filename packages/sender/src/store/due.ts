import { number, optionalBytes, optionalNumber } from './column.ts'
import type { Db } from './database.ts'
import { columns, deliveryOf, joined, type StoredDelivery } from './delivery-rows.ts'

/** A delivery to send, with the bytes of its event; undefined once they are no longer kept. */
export interface DueDelivery extends StoredDelivery {
  readonly body: Uint8Array | undefined
}

/** The webhooks that have a delivery due. */
export const webhooksWithDue = (db: Db, now: number): readonly number[] =>
  db
    .all(
      `SELECT seq AS webhook FROM webhooks w WHERE deleted_at IS NULL AND EXISTS (
         SELECT 1 FROM deliveries d WHERE d.webhook = w.seq AND d.next_attempt_at IS NOT NULL AND d.next_attempt_at <= ?) ORDER BY seq`,
      now,
    )
    .map((row) => number(row, 'webhook'))

/** The numbers of the deliveries that are due at a webhook, the longest overdue first. Read from an index alone. */
export const dueAt = (db: Db, webhook: number, now: number, limit: number): readonly number[] =>
  db
    .all(
      'SELECT seq FROM deliveries WHERE webhook = ? AND next_attempt_at IS NOT NULL AND next_attempt_at <= ? ORDER BY next_attempt_at, seq LIMIT ?',
      webhook,
      now,
      limit,
    )
    .map((row) => number(row, 'seq'))

/** The oldest open delivery to a webhook: the only one that may be sent where order is kept. */
export const oldestOpen = (
  db: Db,
  webhook: number,
): { readonly seq: number; readonly nextAttemptAt: number } | undefined => {
  const row = db.get(
    'SELECT seq, next_attempt_at FROM deliveries WHERE webhook = ? AND next_attempt_at IS NOT NULL ORDER BY seq LIMIT 1',
    webhook,
  )
  return row && { seq: number(row, 'seq'), nextAttemptAt: number(row, 'next_attempt_at') }
}

/** Deliveries with the bytes of their events, in the order of the numbers. */
export const readDue = (db: Db, seqs: readonly number[]): readonly DueDelivery[] => {
  if (seqs.length === 0) return []
  const rows = db.all(
    `SELECT ${columns}, e.body FROM ${joined} WHERE d.seq IN (SELECT value FROM json_each(?))`,
    JSON.stringify(seqs),
  )
  const found = new Map(
    rows.map((row) => [
      number(row, 'seq'),
      { ...deliveryOf(row), body: optionalBytes(row, 'body') },
    ]),
  )
  return seqs.map((seq) => found.get(seq)).filter((due) => due !== undefined)
}

/** When the next attempt after `now` is due; undefined when none is planned. */
export const nextDueAfter = (db: Db, now: number): number | undefined => {
  const row = db.get(
    'SELECT min(next_attempt_at) AS at FROM deliveries WHERE next_attempt_at IS NOT NULL AND next_attempt_at > ?',
    now,
  )
  return row === undefined ? undefined : optionalNumber(row, 'at')
}

/** When the next attempt at a webhook is planned; undefined when none is. */
export const nextDueOf = (db: Db, webhook: number): number | undefined => {
  const row = db.get(
    'SELECT min(next_attempt_at) AS at FROM deliveries WHERE webhook = ? AND next_attempt_at IS NOT NULL',
    webhook,
  )
  return row === undefined ? undefined : optionalNumber(row, 'at')
}
