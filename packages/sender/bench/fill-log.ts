import { join } from 'node:path'
import { openDatabase } from '../src/store/database.ts'

const day = 86_400_000
const body = Buffer.from(
  JSON.stringify({ type: 'user.login', data: { userId: 'u'.repeat(200) }, timestamp: new Date() }),
)

/** A log to fill. */
export interface FilledLog {
  /** The folder of the sender. */
  readonly data: string
  readonly rows: number
  /** When the newest delivery was made, in unix milliseconds, and how long before it the oldest. */
  readonly now: number
  readonly spanMs: number
}

/** Fills the log of a sender: 10 webhooks; every tenth delivery has failed, and every thousandth is open. */
export const fillLog = ({ data, rows, now, spanMs }: FilledLog): void => {
  const db = openDatabase(join(data, 'sender.db'))
  for (let n = 1; n <= 10; n++) {
    db.run(
      `INSERT INTO webhooks (url, description, events, active, filters, headers, retry, concurrency, fifo, profile, created_at, updated_at)
       VALUES ('http://127.0.0.1:1/', '', '["user.created"]', 1, '{}', '{}', '{"delaysSeconds":[0],"jitter":0}', 4, 0, '{"kind":"standard-webhooks","headerPrefix":"webhook"}', ?, ?)`,
      now,
      now,
    )
  }
  const step = 20_000
  for (let from = 0; from < rows; from += step) {
    const numbers = `WITH RECURSIVE n (i) AS (SELECT ${from + 1} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + step})`
    const at = `${now} - ${spanMs} + i * (${spanMs}.0 / ${rows})`
    db.transaction(() => {
      db.run(
        `${numbers} INSERT INTO events (id, type, created_at, body) SELECT 'msg_' || i, 'user.login', ${at}, ? FROM n`,
        body,
      )
      db.run(
        `${numbers} INSERT INTO deliveries (webhook, event, event_type, status, trigger, attempt_count, max_attempts, next_attempt_at, last_status_code, created_at, completed_at)
         SELECT 1 + i % 10, i, CASE i % 3 WHEN 0 THEN 'user.login' ELSE 'user.logout' END,
           CASE WHEN i % 1000 = 0 THEN 'retrying' WHEN i % 10 = 0 THEN 'failed' ELSE 'delivered' END, 'event', 1, 2,
           CASE WHEN i % 1000 = 0 THEN ${now} + ${day} END, CASE WHEN i % 10 = 0 THEN 500 ELSE 200 END, ${at},
           CASE WHEN i % 1000 = 0 THEN NULL ELSE ${at} END FROM n`,
      )
      db.run(
        `${numbers} INSERT INTO attempts (delivery, number, started_at, duration_ms, latency_bin, outcome, status_code, detail)
         SELECT i, 1, ${at}, 12, 26, CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'delivered' END, CASE WHEN i % 10 = 0 THEN 500 ELSE 200 END,
           '{"url":"http://127.0.0.1:1/","faults":[],"request":{"headers":{},"bodySha256":"","bytes":0,"signed":{"prefix":""}}}' FROM n`,
      )
    })
  }
  // The counts, which the sender keeps up as it goes.
  for (const webhook of ['webhook', '0']) {
    for (const [what, name, from] of [
      ['status', 'status', 'deliveries'],
      ['type', 'event_type', 'deliveries'],
      ['code', 'a.status_code', 'attempts a JOIN deliveries d ON d.seq = a.delivery'],
      ['latency', 'a.latency_bin', 'attempts a JOIN deliveries d ON d.seq = a.delivery'],
      ['first', 'a.outcome', 'attempts a JOIN deliveries d ON d.seq = a.delivery'],
    ]) {
      db.run(
        `INSERT INTO counts (webhook, hour, what, name, n)
         SELECT ${webhook}, CAST(created_at / 3600000 AS INTEGER) AS hour, '${what}', ${name} AS name, count(*) FROM ${from} GROUP BY 1, 2, 4`,
      )
    }
  }
  db.close()
}
