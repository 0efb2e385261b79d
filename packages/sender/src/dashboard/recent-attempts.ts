import { number, text } from '../store/column.ts'
import type { Db } from '../store/database.ts'
import { inSteps } from '../store/steps.ts'

/** How many minutes are counted. */
export const recentMinutes = 60

/** What happened in one minute. */
export interface MinuteCount {
  readonly delivered: number
  readonly failed: number
}

/** Attempts by the minute. */
export interface RecentAttempts {
  /** The last hour of each webhook, oldest minute first; webhook 0 is all of them. */
  read(now: number): Promise<(webhook: number) => readonly MinuteCount[]>
}

const minuteMs = 60_000

/** How many attempts one statement reads. */
const some = 1000

interface Counted {
  delivered: number
  failed: number
}

/**
 * Counts the attempts of the last hour. The statistics of the API are by the hour, so these are read from the
 * attempts: once from the newest back, and then only those that are new.
 */
export const recentAttempts = (db: Db): RecentAttempts => {
  let counts = new Map<string, Counted>()
  let seen = 0
  let running: Promise<void> | undefined

  const add = (low: number, high: number, since: number): number => {
    const rows = db.all(
      `SELECT d.webhook, CAST(a.started_at / ${minuteMs} AS INTEGER) AS minute, a.outcome, count(*) AS n
       FROM attempts a CROSS JOIN deliveries d ON d.seq = a.delivery
       WHERE a.seq > ? AND a.seq <= ? AND a.started_at >= ? GROUP BY 1, 2, 3`,
      low,
      high,
      since,
    )
    for (const row of rows) {
      for (const webhook of [number(row, 'webhook'), 0]) {
        const key = `${webhook} ${number(row, 'minute')}`
        const counted = counts.get(key) ?? { delivered: 0, failed: 0 }
        counted[text(row, 'outcome') === 'delivered' ? 'delivered' : 'failed'] += number(row, 'n')
        counts.set(key, counted)
      }
    }
    return rows.length
  }

  function* catchUp(now: number): Generator<undefined, void> {
    const row = db.get('SELECT max(seq) AS newest FROM attempts')
    const newest = row === undefined ? 0 : number(row, 'newest')
    // Somebody reset the sender.
    if (newest < seen) counts = new Map()
    const before = newest < seen ? 0 : seen
    seen = newest
    const first = Math.floor(now / minuteMs) - recentMinutes + 1
    for (const key of counts.keys()) {
      if (Number(key.slice(key.indexOf(' ') + 1)) < first) counts.delete(key)
    }
    for (let high = newest; high > before; high -= some) {
      const low = Math.max(before, high - some)
      if (add(low, high, first * minuteMs) === 0) return
      yield
    }
  }

  return {
    read: async (now) => {
      running ??= inSteps(catchUp(now)).finally(() => {
        running = undefined
      })
      await running
      const last = Math.floor(now / minuteMs)
      return (webhook) =>
        Array.from(
          { length: recentMinutes },
          (_, index) =>
            counts.get(`${webhook} ${last - recentMinutes + 1 + index}`) ?? {
              delivered: 0,
              failed: 0,
            },
        )
    },
  }
}
