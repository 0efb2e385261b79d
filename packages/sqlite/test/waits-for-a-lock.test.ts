import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, memoryStore, PermanentFailure } from '@ainexlayer/webhooks'
import type { TransactionRequest } from '@ainexlayer/webhooks/store'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sqliteParking, sqliteStore, sqliteTransactional } from '../src/index.ts'

/** For how long the handle waits for a lock, in milliseconds. */
const busyMs = 100

const opened = (mode: 'WAL' | 'DELETE' = 'WAL') => {
  const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-sqlite-wait-'))
  const [db, other] = [busyMs, 0].map((ms) => {
    const handle = new Database(join(folder, 'a.db'))
    handle.exec(`PRAGMA journal_mode = ${mode}; PRAGMA busy_timeout = ${ms}`)
    return handle
  })
  if (db === undefined || other === undefined) throw new Error('no handles')
  onTestFinished(() => {
    db.close()
    other.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { db, other }
}

const keys = Array.from({ length: 30 }, (_, index) => `event-${index}`)

/** How often a handle waited for a lock, told from the time: never more often than so. */
const waits = (ms: number): number => Math.floor(ms / busyMs)

const refusedAsBusy = (results: readonly PromiseSettledResult<unknown>[]): number =>
  results.filter(
    (result) => result.status === 'rejected' && Reflect.get(result.reason, 'reason') === 'busy',
  ).length

const timed = async (works: readonly (() => unknown)[]) => {
  const startedAt = performance.now()
  const results = await Promise.allSettled(works.map((work) => work()))
  return { results, waited: waits(performance.now() - startedAt) }
}

test('a store whose commit waits for a reader waits once for all', async () => {
  const { db, other } = opened('DELETE')
  const store = sqliteStore({ db })
  await store.migrate()
  const claims = keys.map(
    (key) => () =>
      store.claim({ key, token: 't', fingerprint: 'fp', leaseMs: 5000, retentionMs: 9000 }),
  )
  other.exec('BEGIN; SELECT count(*) FROM ainexlayer_webhook_events')
  const { results, waited } = await timed(claims)
  expect(refusedAsBusy(results)).toBe(keys.length)
  // The first, which was alone when it came, and all others.
  expect(waited).toBeLessThanOrEqual(3)
  other.exec('COMMIT')
  expect(await Promise.all(claims.map((claim) => claim()))).toHaveLength(keys.length)
  expect(other.prepare('SELECT count(*) AS n FROM ainexlayer_webhook_events').get()).toMatchObject({
    n: keys.length,
  })
})

const request = (key: string): TransactionRequest => ({
  key,
  fingerprint: 'fp',
  retentionMs: 60_000,
  maxRunMs: 5000,
})

test('a transactional store that meets a lock waits once for all that wait for their turn', async () => {
  const { db, other } = opened()
  const store = sqliteTransactional({ db })
  await store.migrate()
  const run = vi.fn(async () => ({ commit: true, value: undefined }))
  const runs = keys.map((key) => () => store.transact(request(key), run))
  other.exec('BEGIN IMMEDIATE')
  const { results, waited } = await timed(runs)
  expect(refusedAsBusy(results)).toBe(keys.length)
  expect(waited).toBeLessThanOrEqual(2)
  expect(run).not.toHaveBeenCalled()
  other.exec('ROLLBACK')
  const after = await Promise.all(runs.map((again) => again()))
  expect(after.every(({ kind }) => kind === 'committed')).toBe(true)
})

test('what comes to it in the same turn of the event loop waits together', async () => {
  const { db, other } = opened()
  const store = sqliteTransactional({ db })
  await store.migrate()
  other.exec('BEGIN IMMEDIATE')
  const run = async () => ({ commit: true, value: undefined })
  const startedAt = performance.now()
  const first = store.transact(request('first'), run).catch(() => {})
  await first
  const rest: Promise<unknown>[] = []
  for (const key of keys) {
    // Each comes after the one before has had the chance to begin.
    await Promise.resolve()
    await Promise.resolve()
    rest.push(store.transact(request(key), run))
  }
  expect(refusedAsBusy(await Promise.allSettled(rest))).toBe(keys.length)
  expect(waits(performance.now() - startedAt)).toBeLessThanOrEqual(3)
  other.exec('ROLLBACK')
})

test('a transaction of other code on its handle is told as such, and left alone', async () => {
  const { db } = opened()
  const store = sqliteTransactional({ db })
  await store.migrate()
  db.exec('CREATE TABLE theirs (a); BEGIN; INSERT INTO theirs VALUES (1)')
  const run = async () => ({ commit: true, value: undefined })
  await expect(store.transact(request('key'), run)).rejects.toMatchObject({
    reason: 'busy',
    message: expect.stringContaining('other code'),
  })
  db.exec('COMMIT')
  expect(db.prepare('SELECT a FROM theirs').all()).toEqual([{ a: 1 }])
  expect(await store.transact(request('key'), run)).toMatchObject({ kind: 'committed' })
})

test('a parking place that meets a lock waits for it once for many', async () => {
  const { db, other } = opened()
  const parking = sqliteParking({ db })
  await parking.migrate()
  const receiver = createReceiver({
    secret: testSecret,
    endpoint: 'default',
    store: memoryStore(),
    park: parking.park,
    logger: quiet,
  }).on('user.deleted', async () => {
    await new Promise(setImmediate)
    throw new PermanentFailure('no')
  })
  const requests = await Promise.all(
    keys.map((id) => signedRequest({ event: fixture('user.deleted'), id })),
  )
  const deliveries = requests.map((one) => async () => (await receiver.handle(one)).status)
  other.exec('BEGIN IMMEDIATE')
  const { results, waited } = await timed(deliveries)
  expect(results).toEqual(keys.map(() => ({ status: 'fulfilled', value: 500 })))
  expect(waited).toBeLessThanOrEqual(4)
  other.exec('ROLLBACK')
  await Promise.all(deliveries.map((deliver) => deliver()))
  expect(await parking.list({ limit: 100 })).toHaveLength(keys.length)
})
