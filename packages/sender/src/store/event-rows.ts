import type { EventRecord } from '@ainexlayer/webhooks-contract'
import type { Message } from '../message/message.ts'
import { number, optionalBytes, optionalText, text } from './column.ts'
import type { Db, Row, Value } from './database.ts'
import { type PageOf, walk } from './walk.ts'

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

/** Whether the bytes of an event are still kept. */
export const hasBody = (db: Db, seq: number): boolean =>
  db.get('SELECT 1 AS kept FROM events WHERE seq = ? AND body IS NOT NULL', seq) !== undefined

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
  /** A part of the id, or of the body. */
  readonly search?: string | undefined
}

/** One page of events, newest first, in steps. */
export function* pageOfEvents(db: Db, filter: EventFilter, page: PageOf) {
  const { type, workspaceId, before, after, search } = filter
  const parts: string[] = ['1']
  const values: Value[] = []
  const add = (part: string, ...more: readonly Value[]): void => {
    parts.push(part)
    values.push(...more)
  }
  if (type !== undefined) add('e.type = ?', type)
  if (workspaceId !== undefined) add('e.workspace_id = ?', workspaceId)
  if (before !== undefined) add('e.created_at < ?', before)
  if (after !== undefined) add('e.created_at > ?', after)
  if (search !== undefined) {
    add('(instr(e.id, ?) > 0 OR instr(e.body, CAST(? AS BLOB)) > 0)', search, search)
  }
  const { rows, total, nextCursor } = yield* walk(
    db,
    {
      columns: 'e.*',
      from: 'events e',
      table: 'events',
      alias: 'e',
      where: parts.join(' AND '),
      values,
      readsBodies: search !== undefined,
    },
    page,
  )
  return { items: rows.map(eventOf), total, nextCursor }
}
