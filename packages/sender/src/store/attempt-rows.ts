import type { AttemptRecord } from '@ainexlayer/webhooks-contract'
import type { Attempt } from '../delivery/attempt.ts'
import { json, number, optionalBytes, text } from './column.ts'
import { addCount, type Counted } from './counts.ts'
import type { Db, Row, Value } from './database.ts'
import { latencyBin } from './stats.ts'
import { type PageOf, walk } from './walk.ts'

/** Stores an attempt; returns its number. What was sent and signed is stored only where a fault changed it: otherwise it is the event's body. */
export const insertAttempt = (
  db: Db,
  delivery: Counted & { readonly seq: number },
  attempt: Attempt,
  eventBody: Uint8Array,
): number => {
  const { number: count, startedAt, durationMs, outcome, request, ...rest } = attempt
  const { body, signed, ...about } = request
  const unlessOfEvent = (bytes: Uint8Array): Uint8Array | null =>
    Buffer.compare(bytes, eventBody) === 0 ? null : bytes
  const latency = latencyBin(durationMs)
  addCount(db, delivery, 'code', String(rest.response?.statusCode ?? 'none'), 1)
  addCount(db, delivery, 'latency', String(latency), 1)
  if (count === 1) addCount(db, delivery, 'first', outcome, 1)
  const row = db.get(
    `INSERT INTO attempts (delivery, number, started_at, duration_ms, latency_bin, outcome, status_code, error_code, request_body, signed_body, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
    delivery.seq,
    count,
    startedAt,
    durationMs,
    latency,
    outcome,
    rest.response?.statusCode ?? null,
    rest.error?.code ?? null,
    unlessOfEvent(body),
    unlessOfEvent(signed.body),
    JSON.stringify({ ...rest, request: { ...about, signed: { prefix: signed.prefix } } }),
  )
  return row === undefined ? 0 : number(row, 'seq')
}

/** The bytes of a column, or the event's where they are the same; none once the event's are no longer kept. */
const keptBody = (
  row: Row,
  column: string,
  eventBody: Uint8Array | undefined,
): Uint8Array | undefined => eventBody && (optionalBytes(row, column) ?? eventBody)

const attemptOf = (row: Row, eventBody: Uint8Array | undefined): AttemptRecord => {
  const detail = json<Omit<AttemptRecord, 'seq' | 'number'>>(row, 'detail')
  return {
    ...detail,
    seq: number(row, 'seq'),
    number: number(row, 'number'),
    startedAt: number(row, 'started_at'),
    durationMs: number(row, 'duration_ms'),
    outcome: row['outcome'] === 'delivered' ? 'delivered' : 'failed',
    request: {
      ...detail.request,
      body: keptBody(row, 'request_body', eventBody),
      signed: { ...detail.request.signed, body: keptBody(row, 'signed_body', eventBody) },
    },
  }
}

/** The attempts of a delivery, in order. */
export const attemptsOf = (
  db: Db,
  delivery: number,
  eventBody: Uint8Array | undefined,
): readonly AttemptRecord[] =>
  db
    .all('SELECT * FROM attempts WHERE delivery = ? ORDER BY number', delivery)
    .map((row) => attemptOf(row, eventBody))

/** An attempt with the delivery that it belongs to. */
export interface ListedAttempt {
  readonly attempt: AttemptRecord
  /** The number of the delivery. */
  readonly delivery: number
  readonly webhook: number
  readonly eventId: string
  readonly eventType: string
}

/** The filter of a list of attempts. Times are unix milliseconds. */
export interface AttemptFilter {
  readonly webhook?: number | undefined
  readonly delivery?: number | undefined
  readonly eventId?: string | undefined
  readonly outcome?: 'delivered' | 'failed' | undefined
  /** The first digit of the status, or `none` for no answer. */
  readonly statusClass?: number | 'none' | undefined
  readonly before?: number | undefined
  readonly after?: number | undefined
}

/** One page of attempts over all deliveries, newest first, in steps. */
export function* pageOfAttempts(db: Db, filter: AttemptFilter, page: PageOf) {
  const { statusClass } = filter
  const parts: string[] = ['1']
  const values: Value[] = []
  const add = (part: string, ...more: readonly Value[]): void => {
    parts.push(part)
    values.push(...more)
  }
  if (filter.webhook !== undefined) add('d.webhook = ?', filter.webhook)
  if (filter.delivery !== undefined) add('a.delivery = ?', filter.delivery)
  if (filter.eventId !== undefined) add('e.id = ?', filter.eventId)
  if (filter.outcome !== undefined) add('a.outcome = ?', filter.outcome)
  if (statusClass === 'none') add('a.status_code IS NULL')
  else if (statusClass !== undefined) {
    add('a.status_code >= ? AND a.status_code < ?', statusClass * 100, (statusClass + 1) * 100)
  }
  if (filter.before !== undefined) add('a.started_at < ?', filter.before)
  if (filter.after !== undefined) add('a.started_at > ?', filter.after)
  const { rows, total, nextCursor } = yield* walk(
    db,
    {
      columns: 'a.*, d.webhook, d.event_type, e.id AS event_id, e.body AS event_body',
      // CROSS: a window is read from the attempts, and not from an index of deliveries again and again.
      from: 'attempts a CROSS JOIN deliveries d ON d.seq = a.delivery CROSS JOIN events e ON e.seq = d.event',
      countFrom:
        filter.webhook === undefined && filter.eventId === undefined ? 'attempts a' : undefined,
      table: 'attempts',
      alias: 'a',
      where: parts.join(' AND '),
      values,
    },
    page,
  )
  const items = rows.map(
    (row): ListedAttempt => ({
      attempt: attemptOf(row, optionalBytes(row, 'event_body')),
      delivery: number(row, 'delivery'),
      webhook: number(row, 'webhook'),
      eventId: text(row, 'event_id'),
      eventType: text(row, 'event_type'),
    }),
  )
  return { items, total, nextCursor }
}
