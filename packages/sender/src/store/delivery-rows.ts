import type {
  AttemptError,
  DeliveryProgress,
  DeliveryRecord,
  Fault,
  StoredStatus,
  Trigger,
} from '@ainexlayer/webhooks-contract'
import { json, number, optionalNumber, text } from './column.ts'
import { addCount } from './counts.ts'
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
  const counted = { webhook: delivery.webhook, createdAt: now }
  addCount(db, counted, 'status', 'pending', 1)
  addCount(db, counted, 'type', delivery.eventType, 1)
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

/** Postpones an open delivery. */
export const postponeDelivery = (db: Db, seq: number, until: number): void => {
  db.run(
    'UPDATE deliveries SET next_attempt_at = ? WHERE seq = ? AND next_attempt_at IS NOT NULL',
    until,
    seq,
  )
}

/** What is counted of a delivery. */
const countColumns = 'seq, webhook, status, created_at'

/** Counts that the status of deliveries, rows of {@link countColumns}, has become another. */
const countChange = (db: Db, rows: readonly Row[], status: string): void => {
  for (const row of rows) {
    const before = text(row, 'status')
    if (before === status) continue
    const counted = { webhook: number(row, 'webhook'), createdAt: number(row, 'created_at') }
    addCount(db, counted, 'status', before, -1)
    addCount(db, counted, 'status', status, 1)
  }
}

/** Stores the state of a delivery. One that was cancelled in the meantime stays cancelled, unless it was delivered; its attempt counts. */
export const writeProgress = (db: Db, seq: number, progress: DeliveryProgress): void =>
  db.transaction(() => {
    const row = db.get(`SELECT ${countColumns} FROM deliveries WHERE seq = ?`, seq)
    if (row === undefined) return
    const wasCancelled = row['status'] === 'cancelled'
    const staysCancelled = wasCancelled && progress.status !== 'delivered'
    const status = staysCancelled ? 'cancelled' : progress.status
    db.run(
      `UPDATE deliveries SET status = ?, attempt_count = ?, next_attempt_at = ?, last_status_code = ?, last_error = ?,
         completed_at = CASE WHEN ? THEN completed_at ELSE ? END
       WHERE seq = ?`,
      status,
      progress.attemptCount,
      wasCancelled ? null : (progress.nextAttemptAt ?? null),
      progress.lastStatusCode ?? null,
      progress.lastError === undefined ? null : JSON.stringify(progress.lastError),
      staysCancelled ? 1 : 0,
      progress.completedAt ?? null,
      seq,
    )
    countChange(db, [row], status)
  })

/** Ends deliveries, rows of {@link countColumns}, that have no attempt under way. */
const end = (
  db: Db,
  rows: readonly Row[],
  status: 'cancelled' | 'failed',
  now: number,
  error?: AttemptError,
): void => {
  if (rows.length === 0) return
  db.run(
    `UPDATE deliveries SET status = ?, next_attempt_at = NULL, completed_at = ?, last_error = coalesce(?, last_error)
     WHERE seq IN (SELECT value FROM json_each(?))`,
    status,
    now,
    error === undefined ? null : JSON.stringify(error),
    JSON.stringify(rows.map((row) => number(row, 'seq'))),
  )
  countChange(db, rows, status)
}

/** Ends the tests that were under way when the sender stopped: nobody waits for them, and nothing sends them again. */
export const endInterruptedTests = (db: Db, now: number): void =>
  db.transaction(() => {
    const rows = db.all(
      `SELECT ${countColumns} FROM deliveries WHERE trigger = 'test' AND status = 'pending' AND next_attempt_at IS NULL`,
    )
    end(db, rows, 'failed', now, {
      code: 'aborted',
      message: 'the sender stopped during the test',
    })
  })

/** Cancels an open delivery; returns false when it is closed. */
export const cancelDelivery = (db: Db, seq: number, now: number): boolean =>
  db.transaction(() => {
    const rows = db.all(
      `SELECT ${countColumns} FROM deliveries WHERE seq = ? AND status IN ('pending', 'retrying')`,
      seq,
    )
    end(db, rows, 'cancelled', now)
    return rows.length === 1
  })

/** Cancels open deliveries to a webhook, the oldest first, `limit` at most; returns how many. */
export const cancelSomeOf = (db: Db, webhook: number, now: number, limit: number): number =>
  db.transaction(() => {
    const rows = db.all(
      `SELECT ${countColumns} FROM deliveries WHERE webhook = ? AND next_attempt_at IS NOT NULL ORDER BY seq LIMIT ?`,
      webhook,
      limit,
    )
    end(db, rows, 'cancelled', now)
    return rows.length
  })

/** Cancels every open delivery to a webhook, in steps. The webhook is inactive before, so that none is sent meanwhile. */
export function* cancelDeliveriesOf(db: Db, webhook: number, now: number): Generator<number, void> {
  for (;;) {
    const cancelled = cancelSomeOf(db, webhook, now, 50)
    if (cancelled === 0) return
    yield cancelled
  }
}
