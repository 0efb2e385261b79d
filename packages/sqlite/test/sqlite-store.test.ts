import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, storeCases, testSecret } from '@ainexlayer/webhooks/testing'
import { parkingCases, quiet } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { sqliteParking, sqliteSchema, sqliteStore } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-sqlite-'))
const file = join(folder, 'events.db')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (path: string, busyMs = 1000) => {
  const db = new Database(path)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${busyMs}`)
  return db
}

describe.each([
  ['in memory', ':memory:'],
  ['in a file', file],
])('libsql %s', (_, path) => {
  const cases = storeCases(async () => {
    const db = open(path)
    let now = Date.now()
    const store = sqliteStore({ db, now: () => now })
    await store.migrate()
    return {
      store,
      advance: (ms) => {
        now += ms
      },
      close: () => void db.close(),
    }
  })
  for (const { name, run } of cases) test(name, run)
})

test('what was handled is known after a restart', async () => {
  const request = await signedRequest({ event: fixture('chat.message') })
  const outcomes = []
  for (let start = 0; start < 2; start++) {
    const db = open(file)
    const store = sqliteStore({ db })
    await store.migrate()
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      store,
    }).on('*', () => {})
    outcomes.push((await receiver.handle(request)).outcome)
    db.close()
  }
  expect(outcomes).toEqual(['processed', 'duplicate'])
})

test('a writer that holds the file for longer than busy_timeout makes it unavailable: 503', async () => {
  const db = open(file, 50)
  const writer = open(file)
  const handler = vi.fn()
  const store = sqliteStore({ db })
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    logger: quiet,
    store,
  }).on('*', handler)
  writer.exec('BEGIN IMMEDIATE')
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(handler).not.toHaveBeenCalled()
  writer.exec('ROLLBACK')
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
  writer.close()
  db.close()
})

test('a sweep of many rows gives other work its turn, and deletes all of them', async () => {
  const db = open(join(folder, 'sweep.db'))
  const store = sqliteStore({ db })
  await store.migrate()
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
    INSERT INTO ainexlayer_webhook_events SELECT 'key-' || i, 2, '', 1, 'fp', 0, i, NULL FROM n`)
  let turns = 0
  let isOver = false
  const other = (): void => {
    turns++
    if (!isOver) setImmediate(other)
  }
  setImmediate(other)
  expect(await store.sweep(50_000)).toBe(50_000)
  isOver = true
  expect(turns).toBeGreaterThan(10)
  expect(await store.sweep(1000)).toBe(0)
  db.close()
})

test('a table whose name is not plain is refused', () => {
  for (const wrong of ['events; DROP TABLE x', 'a.b', '"x"', '']) {
    expect(() => sqliteSchema(wrong)).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  }
})

for (const { name, run } of parkingCases(async () => {
  const parking = sqliteParking({ db: open(file) })
  await parking.migrate()
  return parking
})) {
  test(name, run)
}

test('a step of the host’s clock ends leases early, and the overtaken owner is told, as the docs say', async () => {
  const db = open(':memory:')
  let now = Date.now()
  const store = sqliteStore({ db, now: () => now })
  await store.migrate()
  const about = {
    key: 'default:msg_step',
    fingerprint: 'a',
    leaseMs: 60_000,
    retentionMs: 86_400_000,
  }
  expect(await store.claim({ ...about, token: 'one' })).toEqual({ kind: 'claimed', run: 1 })
  // Back: the lease lasts longer by the step, but is never said to be longer than it is.
  now -= 600_000
  expect(await store.claim({ ...about, token: 'two' })).toMatchObject({
    kind: 'in_flight',
    leaseLeftMs: 60_000,
  })
  // Forward: another process takes the event, and the first can neither renew nor complete.
  now += 1_200_000
  expect(await store.claim({ ...about, token: 'two' })).toEqual({ kind: 'claimed', run: 2 })
  expect(await store.renew({ ...about, token: 'one' })).toBe(false)
  expect(await store.complete({ key: about.key, token: 'one', result: null })).toBe(false)
  db.close()
})
