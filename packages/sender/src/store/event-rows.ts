import type { EventRecord } from '@ainexlayer/webhooks-contract'
import type { Message } from '../message/message.ts'
import { number, optionalBytes, optionalText, text } from './column.ts'
import type { Db, Row } from './database.ts'

/** An event as it is stored. */
export interface StoredEvent extends EventRecord {
  readonly seq: number
}

const eventOf = (row: Row): StoredEvent => ({
  seq: number(row, 'seq'),
  id: text(row, 'id'),
  type: text(row, 'type'),
  workspaceId: optionalText(row, 'workspace_id'),
  body: optionalBytes(row, 'body'),
  createdAt: number(row, 'created_at'),
})

/** Stores an event and its bytes; returns its number. */
export const insertEvent = (
  db: Db,
  message: Message,
  workspaceId: string | undefined,
  now: number,
): number => {
  const row = db.get(
    'INSERT INTO events (id, type, workspace_id, body, created_at) VALUES (?, ?, ?, ?, ?) RETURNING seq',
    message.id,
    message.type,
    workspaceId ?? null,
    message.body,
    now,
  )
  return row === undefined ? 0 : number(row, 'seq')
}

/** An event by its number. */
export const findEvent = (db: Db, seq: number): StoredEvent | undefined => {
  const row = db.get('SELECT * FROM events WHERE seq = ?', seq)
  return row === undefined ? undefined : eventOf(row)
}

/** An event by its id. */
export const findEventById = (db: Db, id: string): StoredEvent | undefined => {
  const row = db.get('SELECT * FROM events WHERE id = ?', id)
  return row === undefined ? undefined : eventOf(row)
}

/** The filter of a list of events. Times are unix milliseconds. */
export interface EventFilter {
  readonly type?: string | undefined
  readonly workspaceId?: string | undefined
  readonly before?: number | undefined
  readonly after?: number | undefined
}

/** One page of events, newest first, and how many there are. */
export const pageOfEvents = (
  db: Db,
  { type, workspaceId, before, after }: EventFilter,
  { page, limit }: { readonly page: number; readonly limit: number },
): { readonly items: readonly StoredEvent[]; readonly total: number } => {
  const where = `(?1 IS NULL OR type = ?1) AND (?2 IS NULL OR workspace_id = ?2)
    AND (?3 IS NULL OR created_at < ?3) AND (?4 IS NULL OR created_at > ?4)`
  const values = [type ?? null, workspaceId ?? null, before ?? null, after ?? null]
  const counted = db.get(`SELECT count(*) AS n FROM events WHERE ${where}`, ...values)
  const items = db
    .all(
      `SELECT * FROM events WHERE ${where} ORDER BY seq DESC LIMIT ?5 OFFSET ?6`,
      ...values,
      limit,
      (page - 1) * limit,
    )
    .map(eventOf)
  return { items, total: counted === undefined ? 0 : number(counted, 'n') }
}

/**
 * Deletes the bytes of events that are older than `before`, and what differed from them in attempts; the log
 * stays. An event that a delivery still needs keeps its bytes.
 */
export const dropOldBodies = (db: Db, before: number): number => {
  db.run(
    `UPDATE attempts SET request_body = NULL, signed_body = NULL
     WHERE (request_body IS NOT NULL OR signed_body IS NOT NULL) AND started_at < ?`,
    before,
  )
  return db.run(
    `UPDATE events SET body = NULL WHERE body IS NOT NULL AND created_at < ? AND NOT EXISTS (
       SELECT 1 FROM deliveries d WHERE d.event = events.seq AND d.next_attempt_at IS NOT NULL)`,
    before,
  )
}
