import type { DeliveryStatus, Trigger } from '@ainexlayer/webhooks-contract'
import type { Db, Value } from './database.ts'
import { columns, deliveryOf, joined, type StoredDelivery } from './delivery-rows.ts'
import { type List, type PageOf, pieces, walk } from './walk.ts'

/** The filter of a list of deliveries. Times are unix milliseconds. */
export interface DeliveryFilter {
  readonly webhook?: number | undefined
  readonly statuses?: readonly DeliveryStatus[] | undefined
  /** The deliveries that are being sent, for `statuses`. */
  readonly sending?: readonly number[] | undefined
  readonly eventTypes?: readonly string[] | undefined
  /** A part of the delivery's id, the event's id, or the event's body. */
  readonly search?: string | undefined
  readonly eventId?: string | undefined
  readonly trigger?: Trigger | undefined
  /** The first digit of the status, or `none` for no answer. */
  readonly statusClass?: number | 'none' | undefined
  readonly before?: number | undefined
  readonly after?: number | undefined
}

const condition = (
  filter: DeliveryFilter,
): { readonly where: string; readonly values: Value[] } => {
  const parts: string[] = []
  const values: Value[] = []
  const add = (part: string, ...more: readonly Value[]): void => {
    parts.push(part)
    values.push(...more)
  }
  const { statuses, statusClass } = filter
  if (filter.webhook !== undefined) add('d.webhook = ?', filter.webhook)
  if (statuses !== undefined) {
    const stored = statuses.filter((status) => status !== 'sending')
    const sending = JSON.stringify(filter.sending ?? [])
    const open = "d.status IN ('pending', 'retrying')"
    const among = 'd.seq IN (SELECT value FROM json_each(?))'
    const choices: [part: string, ...values: Value[]][] = []
    if (stored.length > 0) {
      const marks = stored.map(() => '?').join(', ')
      choices.push(
        sending === '[]'
          ? [`d.status IN (${marks})`, ...stored]
          : [`d.status IN (${marks}) AND NOT (${open} AND ${among})`, ...stored, sending],
      )
    }
    if (stored.length < statuses.length) choices.push([`${open} AND ${among}`, sending])
    add(
      `(${choices.map(([part]) => part).join(' OR ')})`,
      ...choices.flatMap(([, ...more]) => more),
    )
  }
  if (filter.eventTypes !== undefined) {
    add('d.event_type IN (SELECT value FROM json_each(?))', JSON.stringify(filter.eventTypes))
  }
  if (filter.search !== undefined) {
    add(
      "(instr('delivery-' || d.seq, ?) > 0 OR instr(e.id, ?) > 0 OR instr(e.body, CAST(? AS BLOB)) > 0)",
      filter.search,
      filter.search,
      filter.search,
    )
  }
  if (filter.eventId !== undefined) {
    add('d.event = (SELECT seq FROM events WHERE id = ?)', filter.eventId)
  }
  if (filter.trigger !== undefined) add('d.trigger = ?', filter.trigger)
  if (statusClass === 'none') add('d.attempt_count > 0 AND d.last_status_code IS NULL')
  else if (statusClass !== undefined) {
    add(
      'd.last_status_code >= ? AND d.last_status_code < ?',
      statusClass * 100,
      (statusClass + 1) * 100,
    )
  }
  if (filter.before !== undefined) add('d.created_at < ?', filter.before)
  if (filter.after !== undefined) add('d.created_at > ?', filter.after)
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values }
}

/** The list of deliveries that fit a filter: for a page of it, and for a test of its query plan. */
export const deliveryList = (filter: DeliveryFilter): List => {
  const { where, values } = condition(filter)
  const countFrom = filter.search === undefined ? 'deliveries d' : undefined
  return {
    columns,
    from: joined,
    countFrom,
    table: 'deliveries',
    alias: 'd',
    where,
    values,
    readsBodies: filter.search !== undefined,
  }
}

/** One page of deliveries, newest first, in steps. */
export function* pageOfDeliveries(db: Db, filter: DeliveryFilter, page: PageOf) {
  const { rows, total, nextCursor } = yield* walk(db, deliveryList(filter), page)
  return { items: rows.map(deliveryOf), total, nextCursor }
}

/** The deliveries that fit a list, oldest first, up to `limit`, in steps. */
function* collect(db: Db, list: List, limit: number): Generator<undefined, StoredDelivery[]> {
  const found: StoredDelivery[] = []
  for (const rows of pieces(db, list)) {
    found.push(...rows.map(deliveryOf))
    if (found.length >= limit) break
    yield
  }
  return found.slice(0, limit)
}

/** The deliveries that fit a filter, oldest first, up to `limit`, in steps. */
export const matching = (db: Db, filter: DeliveryFilter, limit: number) =>
  collect(db, deliveryList(filter), limit)

/**
 * The deliveries that a recovery sends again, in steps: among those statuses and times the latest of each event,
 * unless the event was delivered since. Tests are nobody's loss.
 */
export const recoverable = (
  db: Db,
  filter: DeliveryFilter & { readonly webhook: number },
  limit: number,
): Generator<undefined, StoredDelivery[]> => {
  const list = deliveryList(filter)
  const where = `${list.where} AND d.trigger <> 'test' AND NOT EXISTS (
    SELECT 1 FROM deliveries o WHERE o.event = d.event AND o.webhook = d.webhook AND (o.seq > d.seq OR o.status = 'delivered'))`
  return collect(db, { ...list, where }, limit)
}
