import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { sqliteStore } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-sqlite-group-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

const open = (file: string, busyMs: number) => {
  const db = new Database(file)
  onTestFinished(() => void db.close())
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${busyMs}`)
  return db
}

const opened = async (busyMs = 1000) => {
  const file = join(folder, `${files++}.db`)
  const db = open(file, busyMs)
  const store = sqliteStore({ db, table: 'events' })
  await store.migrate()
  const claim = (key: string) =>
    store.claim({ key, token: 't', fingerprint: 'fp', leaseMs: 5000, retentionMs: 9000 })
  return { db, file, store, claim }
}

const keys = Array.from({ length: 50 }, (_, index) => `event-${index}`)

test('what arrives in one turn of the event loop is one transaction, and what is alone has its own', async () => {
  const { db, store, claim } = await opened()
  const exec = vi.spyOn(db, 'exec')
  await Promise.all(keys.map(claim))
  const written = () => exec.mock.calls.flat().filter((sql) => sql === 'BEGIN IMMEDIATE').length
  // The first two, which were alone when they came, and one for the other 48.
  expect(written()).toBe(3)
  await store.complete({ key: 'event-0', token: 't', result: null })
  expect(written()).toBe(4)
})

test('one whose statement fails does not fail its neighbours', async () => {
  const { db, claim } = await opened()
  db.exec(
    "CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.key = 'event-7' BEGIN SELECT RAISE(ABORT, 'poisoned'); END",
  )
  const claims = await Promise.allSettled(keys.map(claim))
  const failed = claims.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
  expect(failed).toEqual([7])
  expect(db.prepare('SELECT count(*) AS n FROM events').get()).toMatchObject({ n: 49 })
})

test('a locked file is waited for once, not once for each', async () => {
  const { file, claim } = await opened(200)
  const other = open(file, 0)
  other.exec('BEGIN IMMEDIATE')
  const startedAt = performance.now()
  const claims = await Promise.allSettled(keys.map(claim))
  expect(performance.now() - startedAt).toBeLessThan(2000)
  expect(claims.every(({ status }) => status === 'rejected')).toBe(true)
  other.exec('ROLLBACK')
  expect(await Promise.all(keys.map(claim))).toHaveLength(50)
})

test('nothing is written into a transaction that other code has open: it could be rolled back', async () => {
  const { db, store, claim } = await opened()
  await claim('handled')
  db.exec('BEGIN')
  const claims = await Promise.allSettled(keys.map(claim))
  expect(claims.every((one) => one.status === 'rejected' && one.reason.reason === 'busy')).toBe(
    true,
  )
  const completion = store.complete({ key: 'handled', token: 't', result: null })
  await expect(completion).rejects.toMatchObject({ reason: 'busy' })
  db.exec('COMMIT')
  expect(await Promise.all(keys.map(claim))).toHaveLength(50)
  expect(await store.complete({ key: 'handled', token: 't', result: null })).toBe(true)
})

test('while it is quiet, a claim and its completion do not wait for the turn to end', async () => {
  const { store, claim } = await opened()
  await new Promise(setImmediate)
  let hasEnded = false
  setImmediate(() => {
    hasEnded = true
  })
  expect(await claim('alone')).toMatchObject({ kind: 'claimed' })
  expect(await store.complete({ key: 'alone', token: 't', result: null })).toBe(true)
  expect(hasEnded).toBe(false)
  // A third one waits, and those that come with it go together.
  await claim('next')
  expect(hasEnded).toBe(true)
})

test.for(['WAL', 'DELETE'])(
  'after a claim that met a lock, what is answered is committed, and nobody is locked out: %s',
  async (mode) => {
    const { db, file, store, claim } = await opened(20)
    db.exec(`PRAGMA journal_mode = ${mode}`)
    const other = open(file, 0)
    await claim('handled')
    other.exec('BEGIN IMMEDIATE')
    await expect(claim('locked')).rejects.toMatchObject({ reason: 'busy' })
    await expect(store.forget('locked')).rejects.toMatchObject({ reason: 'busy' })
    await expect(store.sweep(1)).rejects.toMatchObject({ reason: 'busy' })
    other.exec('ROLLBACK')
    expect(await store.complete({ key: 'handled', token: 't', result: null })).toBe(true)
    const seen = other.prepare("SELECT state FROM events WHERE key = 'handled'").all()
    expect(seen).toEqual([{ state: 2 }])
    other.exec('BEGIN IMMEDIATE; ROLLBACK')
  },
)
