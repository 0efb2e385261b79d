import {
  bucketStart,
  deliveryCounts,
  iso,
  type StatsView,
  share,
  type TimeSpan,
} from '@ainexlayer/webhooks-contract'
import type { z } from 'zod'
import { number, text } from './column.ts'
import type { Db } from './database.ts'

const hourMs = 3_600_000

/** How much wider each class of durations is than the one before. */
const step = 1.1

/** The class of a duration in milliseconds: its middle is at most 5 % off. */
export const latencyBin = (ms: number): number =>
  Math.round(Math.log(Math.max(ms, 0.1)) / Math.log(step))

const latencyOf = (bin: number): number => Number((step ** bin).toPrecision(3))

/** The counts of one kind, by name. */
type Counts = ReadonlyMap<string, number>

const quantile = (bins: Counts, part: number): number | null => {
  const sorted = [...bins].map(([bin, n]) => [Number(bin), n] as const).sort(([a], [b]) => a - b)
  const rank = Math.ceil(sorted.reduce((sum, [, n]) => sum + n, 0) * part)
  let seen = 0
  for (const [bin, n] of sorted) {
    seen += n
    if (seen >= Math.max(1, rank)) return latencyOf(bin)
  }
  return null
}

const sum = (counts: Counts): number => [...counts.values()].reduce((all, n) => all + n, 0)

/** The parts of a span in which there was something. */
const bucketsOf = (db: Db, webhook: number, { since, until }: TimeSpan, bucket: 'hour' | 'day') => {
  const parts = new Map<number, { status: Map<string, number>; attempts: number }>()
  const rows = db.all(
    `SELECT hour, what, name, n FROM counts WHERE webhook = ? AND hour >= ? AND hour < ? AND what IN ('status', 'code') AND n <> 0`,
    webhook,
    since / hourMs,
    until / hourMs,
  )
  for (const row of rows) {
    const start = bucketStart(number(row, 'hour') * hourMs, bucket)
    const part = parts.get(start) ?? { status: new Map(), attempts: 0 }
    parts.set(start, part)
    const [name, n] = [text(row, 'name'), number(row, 'n')]
    if (text(row, 'what') === 'code') part.attempts += n
    else part.status.set(name, (part.status.get(name) ?? 0) + n)
  }
  return [...parts]
    .sort(([a], [b]) => a - b)
    .map(([start, { status, attempts }]) => ({
      start: iso(start),
      total: sum(status),
      delivered: status.get('delivered') ?? 0,
      failed: status.get('failed') ?? 0,
      attempts,
    }))
}

/** The statistics of the deliveries of a span, to one webhook, or for 0 to all. Read from counts by the hour. */
export const statsOf = (
  db: Db,
  webhook: number,
  span: TimeSpan,
  bucket: 'hour' | 'day' | undefined,
): z.output<typeof StatsView> => {
  const { since, until } = span
  const all = new Map<string, Map<string, number>>()
  const rows = db.all(
    `SELECT what, name, sum(n) AS n FROM counts WHERE webhook = ? AND hour >= ? AND hour < ? GROUP BY what, name HAVING sum(n) <> 0`,
    webhook,
    since / hourMs,
    until / hourMs,
  )
  for (const row of rows) {
    const what = text(row, 'what')
    const counts = all.get(what) ?? new Map<string, number>()
    all.set(what, counts.set(text(row, 'name'), number(row, 'n')))
  }
  const of = (what: string): Counts => all.get(what) ?? new Map()
  const [status, first, latency] = [of('status'), of('first'), of('latency')]
  return {
    since: iso(since),
    until: iso(until),
    ...deliveryCounts((name) => status.get(name) ?? 0),
    firstAttemptSuccessRate: share(first.get('delivered') ?? 0, sum(first)),
    attempts: sum(of('code')),
    latencyMs: {
      p50: quantile(latency, 0.5),
      p95: quantile(latency, 0.95),
      p99: quantile(latency, 0.99),
    },
    byStatusCode: Object.fromEntries(of('code')),
    byEventType: Object.fromEntries(of('type')),
    buckets: bucket === undefined ? [] : bucketsOf(db, webhook, span, bucket),
  }
}
