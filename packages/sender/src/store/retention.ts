import { number } from './column.ts'
import type { Db } from './database.ts'
import { cancelDeliveriesOf } from './delivery-rows.ts'

/** What is kept, and for how long. */
export interface Retention {
  /** Days for which an event, its deliveries and their attempts are kept. */
  readonly days: number
  /** Days for which the bytes of events are kept. */
  readonly bodyDays: number
  /** How many deliveries are kept at most; open ones are never deleted. */
  readonly deliveries: number
}

const dayMs = 86_400_000

/** How many rows one statement touches: it is over in a few milliseconds. */
const some = 50

/** Statistics reach back 28 days; a few more are kept. */
const countDays = 40

/** Repeats a statement until it changes nothing, a piece at a time. */
function* repeat(work: () => number): Generator<number, void> {
  for (let changed = work(); changed > 0; changed = work()) yield changed
}

const newestSeq = (db: Db, table: 'deliveries' | 'events'): number => {
  const row = db.get(`SELECT max(seq) AS newest FROM ${table}`)
  return row === undefined ? 0 : number(row, 'newest')
}

/** Deletes the bytes of events that are old, except of those that an open delivery still needs. */
function* dropBodies(db: Db, before: number): Generator<number, void> {
  yield* repeat(() =>
    db.run(
      `UPDATE attempts SET request_body = NULL, signed_body = NULL WHERE seq IN (
         SELECT seq FROM attempts WHERE coalesce(request_body, signed_body) IS NOT NULL AND started_at < ? LIMIT ?)`,
      before,
      some,
    ),
  )
  let after = 0
  for (;;) {
    const rows = db.all(
      'SELECT seq, created_at FROM events WHERE body IS NOT NULL AND created_at >= ? AND created_at < ? ORDER BY created_at, seq LIMIT ?',
      after,
      before,
      some,
    )
    const changed = db.run(
      `UPDATE events SET body = NULL WHERE seq IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
         SELECT 1 FROM deliveries d WHERE d.event = events.seq AND d.next_attempt_at IS NOT NULL)`,
      JSON.stringify(rows.map((row) => number(row, 'seq'))),
    )
    const last = rows.at(-1)
    if (last === undefined || rows.length < some) return
    // All of them are needed: go on behind them.
    if (changed === 0) after = number(last, 'created_at') + 0.001
    yield changed
  }
}

const deleteDeliveries = (db: Db, which: string, value: number): number =>
  db.transaction(() => {
    const rows = db.all(`SELECT seq FROM deliveries WHERE ${which} LIMIT ?`, value, some)
    const list = JSON.stringify(rows.map((row) => number(row, 'seq')))
    db.run('DELETE FROM attempts WHERE delivery IN (SELECT value FROM json_each(?))', list)
    return db.run('DELETE FROM deliveries WHERE seq IN (SELECT value FROM json_each(?))', list)
  })

/** Deletes events that no delivery refers to any more. */
function* dropEvents(db: Db, before: number, lastSeq: number): Generator<number, void> {
  let after = 0
  for (;;) {
    const rows = db.all(
      'SELECT seq, created_at FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
      after,
      some,
    )
    const last = rows.at(-1)
    const old = rows.filter(
      (row) => number(row, 'created_at') < before || number(row, 'seq') <= lastSeq,
    )
    if (last === undefined || old.length === 0) return
    yield db.run(
      `DELETE FROM events WHERE seq IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
         SELECT 1 FROM deliveries d WHERE d.event = events.seq)`,
      JSON.stringify(old.map((row) => number(row, 'seq'))),
    )
    after = number(last, 'seq')
  }
}

/** Deletes what is no longer kept, in steps of a few milliseconds. */
export function* sweep(db: Db, keep: Retention, now: number): Generator<number, void> {
  // Of a process that was killed between switching a webhook off and cancelling what was open.
  for (const row of db.all('SELECT seq FROM webhooks WHERE active = 0')) {
    yield* cancelDeliveriesOf(db, number(row, 'seq'), now)
  }
  yield* dropBodies(db, now - keep.bodyDays * dayMs)
  const before = now - keep.days * dayMs
  yield* repeat(() => deleteDeliveries(db, 'completed_at IS NOT NULL AND completed_at < ?', before))
  const tooMany = newestSeq(db, 'deliveries') - keep.deliveries
  yield* repeat(() => deleteDeliveries(db, 'completed_at IS NOT NULL AND seq <= ?', tooMany))
  yield* dropEvents(db, before, newestSeq(db, 'events') - keep.deliveries)
  const hour = Math.floor((now - countDays * dayMs) / 3_600_000)
  for (const row of db.all('SELECT DISTINCT webhook FROM counts')) {
    yield db.run('DELETE FROM counts WHERE webhook = ? AND hour < ?', number(row, 'webhook'), hour)
  }
  yield* repeat(() =>
    db.run(
      'DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE expires_at <= ? LIMIT ?)',
      now,
      some,
    ),
  )
  yield db.run(
    `DELETE FROM webhooks WHERE deleted_at < ? AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook = webhooks.seq)`,
    before,
  )
}
