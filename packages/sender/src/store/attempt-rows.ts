import type { AttemptRecord } from '@ainexlayer/webhooks-contract'
import type { Attempt } from '../delivery/attempt.ts'
import { json, number, optionalBytes } from './column.ts'
import type { Db, Row } from './database.ts'

/** Stores an attempt; returns its number. What was sent and signed is stored only where a fault changed it: otherwise it is the event's body. */
export const insertAttempt = (
  db: Db,
  delivery: number,
  attempt: Attempt,
  eventBody: Uint8Array,
): number => {
  const { number: count, startedAt, durationMs, outcome, request, ...rest } = attempt
  const { body, signed, ...about } = request
  const unlessOfEvent = (bytes: Uint8Array): Uint8Array | null =>
    Buffer.compare(bytes, eventBody) === 0 ? null : bytes
  const row = db.get(
    `INSERT INTO attempts (delivery, number, started_at, duration_ms, outcome, status_code, error_code, request_body, signed_body, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
    delivery,
    count,
    startedAt,
    durationMs,
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
