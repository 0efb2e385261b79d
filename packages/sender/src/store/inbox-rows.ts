import { json, number } from './column.ts'
import type { Db, Row } from './database.ts'
import { type PageOf, walk } from './walk.ts'

/** How many captured requests are kept. */
const kept = 1000

/** A request that something captured and handed in. */
export interface Captured<Content> {
  readonly seq: number
  /** Unix milliseconds. */
  readonly receivedAt: number
  readonly request: Content
}

const capturedOf = <Content>(row: Row): Captured<Content> => ({
  seq: number(row, 'seq'),
  receivedAt: number(row, 'received_at'),
  request: json(row, 'request'),
})

/** Adds a captured request, and forgets the oldest above the limit; returns its number. */
export const insertCaptured = (db: Db, request: object, now: number): number =>
  db.transaction(() => {
    const row = db.get(
      'INSERT INTO inbox (received_at, request) VALUES (?, ?) RETURNING seq',
      now,
      JSON.stringify(request),
    )
    const seq = row === undefined ? 0 : number(row, 'seq')
    db.run('DELETE FROM inbox WHERE seq <= ?', seq - kept)
    return seq
  })

/** A captured request by its number. */
export const findCaptured = <Content>(db: Db, seq: number): Captured<Content> | undefined => {
  const row = db.get('SELECT * FROM inbox WHERE seq = ?', seq)
  return row === undefined ? undefined : capturedOf(row)
}

/** One page of captured requests, newest first, in steps. */
export function* pageOfCaptured<Content>(db: Db, page: PageOf) {
  const list = {
    columns: 'i.*',
    from: 'inbox i',
    table: 'inbox',
    alias: 'i',
    where: '1',
    values: [],
  }
  const { rows, total, nextCursor } = yield* walk(db, list, page)
  return { items: rows.map((row) => capturedOf<Content>(row)), total, nextCursor }
}

/** Forgets every captured request; returns how many there were. */
export const clearInbox = (db: Db): number => db.run('DELETE FROM inbox')
