import { deliveryCounts, type StatsView, share, type TimeSpan } from '@ainexlayer/webhooks-contract'
import type { z } from 'zod'
import { number, optionalNumber, text } from './column.ts'
import type { Db } from './database.ts'

/** Counts the deliveries to a webhook in a span of time. */
export const statsOf = (
  db: Db,
  webhook: number,
  { since, until }: TimeSpan,
): z.output<typeof StatsView> => {
  const span = [webhook, since, until] as const
  const of = 'FROM deliveries d WHERE d.webhook = ?1 AND d.created_at >= ?2 AND d.created_at < ?3'
  const ofAttempts = `FROM attempts a JOIN deliveries d ON d.seq = a.delivery WHERE d.webhook = ?1 AND d.created_at >= ?2 AND d.created_at < ?3`
  const countBy = (sql: string): Record<string, number> =>
    Object.fromEntries(db.all(sql, ...span).map((row) => [text(row, 'name'), number(row, 'n')]))

  const byStatus = countBy(`SELECT d.status AS name, count(*) AS n ${of} GROUP BY d.status`)
  const byStatusCode = countBy(
    `SELECT coalesce(a.status_code, 'none') AS name, count(*) AS n ${ofAttempts} GROUP BY 1`,
  )
  const attempts = Object.values(byStatusCode).reduce((sum, n) => sum + n, 0)
  const first = db.get(
    `SELECT count(*) AS tried, sum(a.outcome = 'delivered') AS ok ${ofAttempts} AND a.number = 1`,
    ...span,
  )
  const quantile = (part: number): number | null => {
    const row = db.get(
      `SELECT a.duration_ms AS ms ${ofAttempts} ORDER BY a.duration_ms LIMIT 1 OFFSET ?4`,
      ...span,
      Math.max(0, Math.ceil(attempts * part) - 1),
    )
    return row === undefined ? null : number(row, 'ms')
  }
  return {
    ...deliveryCounts((status) => byStatus[status] ?? 0),
    firstAttemptSuccessRate:
      first === undefined ? null : share(optionalNumber(first, 'ok') ?? 0, number(first, 'tried')),
    attempts,
    latencyMs: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
    byStatusCode,
    byEventType: countBy(`SELECT d.event_type AS name, count(*) AS n ${of} GROUP BY 1`),
  }
}
