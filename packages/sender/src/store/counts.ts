import type { Db } from './database.ts'

/** A delivery, as far as it is counted. */
export interface Counted {
  readonly webhook: number
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** What is counted: deliveries by status and type, attempts by status code, class of duration, and the first by outcome. */
export type CountKind = 'status' | 'type' | 'code' | 'latency' | 'first'

interface Count {
  readonly webhook: number
  readonly hour: number
  readonly what: CountKind
  readonly name: string
  n: number
}

/** What the open transaction adds to the counts. A rollback forgets it. */
const added = new WeakMap<object, Map<string, Count>>()

const storeCounts = (db: Db): void => {
  const counts = added.get(db.history())
  added.delete(db.history())
  for (const { webhook, hour, what, name, n } of counts?.values() ?? []) {
    if (n === 0) continue
    // Webhook 0 stands for all.
    for (const one of [webhook, 0]) {
      db.run(
        'INSERT INTO counts (webhook, hour, what, name, n) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n',
        one,
        hour,
        what,
        name,
        n,
      )
    }
  }
}

/**
 * Adds to the counts of a delivery's webhook and of all, in the hour of the delivery: statistics read nothing else. They
 * are stored once for a whole transaction, as they are mostly the same few.
 */
export const addCount = (
  db: Db,
  { webhook, createdAt }: Counted,
  what: CountKind,
  name: string,
  n: number,
): void => {
  const counts = added.get(db.history()) ?? new Map<string, Count>()
  added.set(db.history(), counts)
  const hour = Math.floor(createdAt / 3_600_000)
  const key = `${webhook} ${hour} ${what} ${name}`
  const count = counts.get(key)
  if (count === undefined) counts.set(key, { webhook, hour, what, name, n })
  else count.n += n
  db.beforeCommit('counts', () => storeCounts(db))
}
