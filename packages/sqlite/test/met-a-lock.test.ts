import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, memoryStore, PermanentFailure } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteParking, sqliteTransactional } from '../src/index.ts'

/** Two handles of one file. */
const opened = () => {
  const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-sqlite-lock-'))
  const [db, other] = [0, 1].map(() => new Database(join(folder, 'a.db')))
  if (db === undefined || other === undefined) throw new Error('no handles')
  onTestFinished(() => {
    db.close()
    other.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { db, other }
}

test('a parking place that met a lock keeps what it takes afterwards', async () => {
  const { db, other } = opened()
  const parking = sqliteParking({ db })
  await parking.migrate()
  const receiver = createReceiver({
    secret: testSecret,
    endpoint: 'default',
    store: memoryStore(),
    park: parking.park,
    logger: quiet,
  }).on('user.deleted', () => {
    throw new PermanentFailure('no')
  })
  const statusOf = async (): Promise<number> =>
    (await receiver.handle(await signedRequest({ event: fixture('user.deleted') }))).status
  other.exec('BEGIN EXCLUSIVE')
  expect(await statusOf()).toBe(500)
  await expect(parking.list()).rejects.toMatchObject({ reason: 'busy' })
  other.exec('ROLLBACK')
  expect(await statusOf()).toBe(200)
  const [seen] = other.prepare('SELECT count(*) AS parked FROM ainexlayer_webhook_parked').all()
  expect(seen).toEqual({ parked: 1 })
  other.exec('BEGIN IMMEDIATE; ROLLBACK')
})

test('a transactional store that met a lock commits what it runs afterwards', async () => {
  const { db, other } = opened()
  const store = sqliteTransactional({ db })
  await store.migrate()
  other.exec('BEGIN EXCLUSIVE')
  await expect(store.forget?.('key')).rejects.toMatchObject({ reason: 'busy' })
  await expect(store.sweep(1)).rejects.toMatchObject({ reason: 'busy' })
  other.exec('ROLLBACK')
  const request = { key: 'key', fingerprint: 'fp', retentionMs: 60_000, maxRunMs: 5000 }
  expect(
    await store.transact(request, async () => ({ commit: true, value: undefined })),
  ).toMatchObject({ kind: 'committed' })
  const seen = other.prepare('SELECT state FROM ainexlayer_webhook_events').all()
  expect(seen).toEqual([{ state: 2 }])
  other.exec('BEGIN IMMEDIATE; ROLLBACK')
})
