import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toldOutage } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { afterAll, expect, test } from 'vitest'
import { sqliteParking, sqliteStore, sqliteTransactional } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const answer = '503 {"error":"store_unavailable"}'

/** A file with the store's table, which is then made unusable. */
const fileWith = async (spoil: (db: InstanceType<typeof Database>) => void) => {
  const path = join(folder, `${crypto.randomUUID()}.db`)
  const db = new Database(path)
  await sqliteStore({ db }).migrate()
  spoil(db)
  return { path, db }
}

test('a table that is missing is told by name, with the call that makes it', async () => {
  const db = new Database(':memory:')
  for (const store of [sqliteStore({ db }), sqliteTransactional({ db })]) {
    expect(await toldOutage({ store })).toEqual({
      answer,
      reason: 'table_missing',
      lines: [
        expect.stringMatching(
          /^store_unavailable \(table_missing\): .*no such table: ainexlayer_webhook_events.*migrate\(\)/,
        ),
      ],
    })
  }
})

test('and by the parking place, whose line says that it was refused', async () => {
  const { park } = sqliteParking({ db: new Database(':memory:') })
  const { answer: seen, lines } = await toldOutage({ park })
  expect(seen).toBe('500 {"error":"handler_failed"}')
  expect(lines[0]).toMatch(
    /^the parking place refused the delivery \(table_missing\): .*migrate\(\)/,
  )
})

test('a table of an older version is told as one', async () => {
  const { db } = await fileWith((db) => {
    db.exec('DROP TABLE ainexlayer_webhook_events')
    db.exec('CREATE TABLE ainexlayer_webhook_events (key TEXT PRIMARY KEY, state INTEGER NOT NULL)')
  })
  expect(await toldOutage({ store: sqliteStore({ db }) })).toMatchObject({
    answer,
    reason: 'schema_outdated',
  })
})

test('a file that takes no writes is told as read-only', async () => {
  const { db } = await fileWith((db) => db.exec('PRAGMA query_only = ON'))
  expect(await toldOutage({ store: sqliteStore({ db }) })).toMatchObject({
    answer,
    reason: 'read_only',
  })
})

test('a file that is full is told as full', async () => {
  const { db } = await fileWith((db) => {
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number }
    db.exec(`PRAGMA max_page_count = ${pages}`)
    const insert = db.prepare(
      "INSERT INTO ainexlayer_webhook_events VALUES (?, 2, 't', 1, 'f', 0, 9e15, NULL)",
    )
    const fill = () => {
      for (let row = 0; row < 10_000; row++) insert.run(`filler:${row}`)
    }
    expect(fill).toThrow('full')
  })
  expect(await toldOutage({ store: sqliteStore({ db }) })).toMatchObject({
    answer,
    reason: 'out_of_room',
  })
})

test('a file that another connection has locked is told as busy', async () => {
  const { path, db } = await fileWith(() => {})
  const other = new Database(path)
  other.exec('BEGIN EXCLUSIVE')
  expect(await toldOutage({ store: sqliteStore({ db }) })).toMatchObject({ answer, reason: 'busy' })
  other.exec('ROLLBACK')
})
