import type {
  DeliveryProgress,
  DeliveryRecord,
  Fault,
  StoredStatus,
  Trigger,
} from '@ainexlayer/webhooks-contract'
import { json, number, optionalNumber, text } from './column.ts'
import type { Db, Row } from './database.ts'

/** A delivery as it is stored. */
export interface StoredDelivery extends DeliveryRecord {
  /** The number of the event. */
  readonly event: number
  readonly faults: readonly Fault[]
}

/** Deliveries with their events: `d` and `e`. */
export const joined = 'deliveries d CROSS JOIN events e ON e.seq = d.event'
/** What is read of a delivery. */
export const columns = 'd.*, e.id AS event_id'

/** The delivery in a row of {@link columns}. */
export const deliveryOf = (row: Row): StoredDelivery => ({
  seq: number(row, 'seq'),
  webhook: number(row, 'webhook'),
  event: number(row, 'event'),
  eventId: text(row, 'event_id'),
  eventType: text(row, 'event_type'),
  status: text(row, 'status') as StoredStatus,
  trigger: text(row, 'trigger') as Trigger,
  redeliveryOf: optionalNumber(row, 'redelivery_of'),
  attemptCount: number(row, 'attempt_count'),
  maxAttempts: number(row, 'max_attempts'),
  nextAttemptAt: optionalNumber(row, 'next_attempt_at'),
  lastStatusCode: optionalNumber(row, 'last_status_code'),
  lastError: row['last_error'] === null ? undefined : json(row, 'last_error'),
  faults: json(row, 'faults'),
  createdAt: number(row, 'created_at'),
  completedAt: optionalNumber(row, 'completed_at'),
})

/** The fields of a new delivery. */
export interface NewDelivery {
  readonly webhook: number
  readonly event: number
  readonly eventType: string
  readonly trigger: Trigger
  readonly maxAttempts: number
  /** Unix milliseconds; undefined for a delivery that its creator sends at once. */
  readonly nextAttemptAt: number | undefined
  readonly redeliveryOf?: number | undefined
  readonly faults?: readonly Fault[] | undefined
}

/** Adds a delivery; returns its number. */
export const insertDelivery = (db: Db, delivery: NewDelivery, now: number): number => {
  const row = db.get(
    `INSERT INTO deliveries (webhook, event, event_type, status, trigger, redelivery_of, max_attempts, next_attempt_at, faults, created_at)
     VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?) RETURNING seq`,
    delivery.webhook,
    delivery.event,
    delivery.eventType,
    delivery.trigger,
    delivery.redeliveryOf ?? null,
    delivery.maxAttempts,
    delivery.nextAttemptAt ?? null,
    JSON.stringify(delivery.faults ?? []),
    now,
  )
  return row === undefined ? 0 : number(row, 'seq')
}

/** A delivery by its number. */
export const findDelivery = (db: Db, seq: number): StoredDelivery | undefined => {
  const row = db.get(`SELECT ${columns} FROM ${joined} WHERE d.seq = ?`, seq)
  return row === undefined ? undefined : deliveryOf(row)
}

/** The deliveries of an event. */
export const deliveriesOfEvent = (db: Db, event: number): readonly StoredDelivery[] =>
  db.all(`SELECT ${columns} FROM ${joined} WHERE d.event = ? ORDER BY d.seq`, event).map(deliveryOf)

/** The deliveries that are due at a webhook, the longest overdue first. */
export const dueDeliveries = (
  db: Db,
  webhook: number,
  now: number,
  limit: number,
): readonly StoredDelivery[] =>
  db
    .all(
      `SELECT ${columns} FROM ${joined} WHERE d.webhook = ? AND d.next_attempt_at IS NOT NULL AND d.next_attempt_at <= ? ORDER BY d.next_attempt_at, d.seq LIMIT ?`,
      webhook,
      now,
      limit,
    )
    .map(deliveryOf)

/** The webhooks that have a delivery due. */
export const webhooksWithDue = (db: Db, now: number): readonly number[] =>
  db
    .all(
      `SELECT seq AS webhook FROM webhooks w WHERE deleted_at IS NULL AND EXISTS (
         SELECT 1 FROM deliveries d WHERE d.webhook = w.seq AND d.next_attempt_at IS NOT NULL AND d.next_attempt_at <= ?) ORDER BY seq`,
      now,
    )
    .map((row) => number(row, 'webhook'))

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

/** Postpones an open delivery. */
export const postponeDelivery = (db: Db, seq: number, until: number): void => {
  db.run(
    'UPDATE deliveries SET next_attempt_at = ? WHERE seq = ? AND next_attempt_at IS NOT NULL',
    until,
    seq,
  )
}

/** Stores the state of a delivery. One that was cancelled in the meantime stays cancelled, unless it was delivered; its attempt counts. */
export const writeProgress = (db: Db, seq: number, progress: DeliveryProgress): void => {
  db.run(
    `UPDATE deliveries SET attempt_count = ?2, last_status_code = ?4, last_error = ?5,
       status = CASE WHEN status = 'cancelled' AND ?1 <> 'delivered' THEN 'cancelled' ELSE ?1 END,
       next_attempt_at = CASE WHEN status = 'cancelled' THEN NULL ELSE ?3 END,
       completed_at = CASE WHEN status = 'cancelled' AND ?1 <> 'delivered' THEN completed_at ELSE ?6 END
     WHERE seq = ?7`,
    progress.status,
    progress.attemptCount,
    progress.nextAttemptAt ?? null,
    progress.lastStatusCode ?? null,
    progress.lastError === undefined ? null : JSON.stringify(progress.lastError),
    progress.completedAt ?? null,
    seq,
  )
}

/** Ends the tests that were under way when the sender stopped: nobody waits for them, and nothing sends them again. */
export const endInterruptedTests = (db: Db, now: number): number =>
  db.run(
    `UPDATE deliveries SET status = 'failed', completed_at = ?, last_error = ?
     WHERE trigger = 'test' AND status = 'pending' AND next_attempt_at IS NULL`,
    now,
    JSON.stringify({ code: 'aborted', message: 'the sender stopped during the test' }),
  )

/** Cancels an open delivery; returns false when it is closed. */
export const cancelDelivery = (db: Db, seq: number, now: number): boolean =>
  db.run(
    `UPDATE deliveries SET status = 'cancelled', next_attempt_at = NULL, completed_at = ? WHERE seq = ? AND status IN ('pending', 'retrying')`,
    now,
    seq,
  ) === 1

/** Cancels open deliveries to a webhook, the oldest first, `limit` at most; returns how many. */
export const cancelSomeOf = (db: Db, webhook: number, now: number, limit: number): number =>
  db.run(
    `UPDATE deliveries SET status = 'cancelled', next_attempt_at = NULL, completed_at = ? WHERE seq IN (
       SELECT seq FROM deliveries WHERE webhook = ? AND next_attempt_at IS NOT NULL ORDER BY seq LIMIT ?)`,
    now,
    webhook,
    limit,
  )

/** Cancels every open delivery to a webhook, in steps. The webhook is inactive before, so that none is sent meanwhile. */
export function* cancelDeliveriesOf(db: Db, webhook: number, now: number): Generator<number, void> {
  for (;;) {
    const cancelled = cancelSomeOf(db, webhook, now, 50)
    if (cancelled === 0) return
    yield cancelled
  }
}

/** The oldest open delivery to a webhook: the only one that may be sent where order is kept. */
export const oldestOpen = (db: Db, webhook: number): StoredDelivery | undefined => {
  const row = db.get(
    `SELECT ${columns} FROM ${joined} WHERE d.webhook = ? AND d.next_attempt_at IS NOT NULL ORDER BY d.seq LIMIT 1`,
    webhook,
  )
  return row === undefined ? undefined : deliveryOf(row)
}
