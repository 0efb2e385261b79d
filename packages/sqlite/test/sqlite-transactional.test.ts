import { createReceiver, type Park, PermanentFailure, RetryLater } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import Database from 'libsql'
import { expect, test, vi } from 'vitest'
import { sqliteTransactional } from '../src/index.ts'

const setUp = async (more: { deadlineMs?: number; park?: Park } = {}) => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE effects (id TEXT)')
  const store = sqliteTransactional({ db })
  await store.migrate()
  const receiver = createReceiver({ secret: testSecret, logger: quiet, store, ...more })
  const effects = (): number =>
    (db.prepare('SELECT count(*) AS n FROM effects').get() as { n: number }).n
  return { db, store, receiver, effects }
}

test('of 100 duplicates at once one has an effect', async () => {
  const { receiver, effects } = await setUp()
  receiver.on('*', async ({ id }, { tx }) => {
    tx.prepare('INSERT INTO effects VALUES (?)').run(id)
    await new Promise((resolve) => setImmediate(resolve))
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  const results = await Promise.all(Array.from({ length: 100 }, () => receiver.handle(request)))
  expect(results.filter(({ outcome }) => outcome === 'processed')).toHaveLength(1)
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(
    new Set(['processed', 'in_flight']),
  )
  expect(effects()).toBe(1)
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate', status: 200 })
})

test('events of other ids wait for their turn, and each has its effect', async () => {
  const { receiver, effects } = await setUp()
  receiver.on('*', async ({ id }, { tx }) => {
    await new Promise((resolve) => setImmediate(resolve))
    tx.prepare('INSERT INTO effects VALUES (?)').run(id)
  })
  const requests = await Promise.all(
    Array.from({ length: 20 }, () => signedRequest({ event: fixture('chat.message') })),
  )
  const results = await Promise.all(requests.map((request) => receiver.handle(request)))
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['processed']))
  expect(effects()).toBe(20)
})

test('a handler that throws leaves neither an effect nor a record, and the retry runs at once', async () => {
  const { receiver, effects } = await setUp()
  let fails = true
  receiver.on('*', ({ id }, { tx }) => {
    tx.prepare('INSERT INTO effects VALUES (?)').run(id)
    if (fails) throw new RetryLater(7)
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '7' },
  })
  expect(effects()).toBe(0)
  fails = false
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed' })
  expect(effects()).toBe(1)
})

test('a transaction that the handler ended itself is never reported as committed', async () => {
  const { receiver, effects } = await setUp()
  receiver.on('*', ({ id }, { tx }) => {
    tx.prepare('INSERT INTO effects VALUES (?)').run(id)
    tx.exec('ROLLBACK')
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({ status: 503, code: 'store_unavailable' })
  expect(effects()).toBe(0)
})

test('the same id with other bytes is refused', async () => {
  const { receiver } = await setUp()
  receiver.on('*', () => {})
  const event = fixture('chat.message')
  await receiver.handle(await signedRequest({ event }))
  const other = { ...event, data: { ...event.data, content: 'other' } }
  expect(await receiver.handle(await signedRequest({ event: other }))).toMatchObject({
    status: 422,
    code: 'id_reused',
  })
})

test('a permanent failure is parked, its writes are undone, and it does not come again', async () => {
  const park = vi.fn(async () => {})
  const { receiver, effects } = await setUp({ park })
  receiver.on('*', ({ id }, { tx }) => {
    tx.prepare('INSERT INTO effects VALUES (?)').run(id)
    throw new PermanentFailure('no')
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'parked', status: 200 })
  expect(park).toHaveBeenCalledOnce()
  expect(effects()).toBe(0)
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
})

test('a run longer than the deadline is answered 503, and its late commit makes the retry a duplicate', async () => {
  const { receiver, effects } = await setUp({ deadlineMs: 10 })
  let finish = (): void => {}
  receiver.on('*', async ({ id }, { tx, signal }) => {
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    expect(signal.aborted).toBe(true)
    tx.prepare('INSERT INTO effects VALUES (?)').run(id)
  })
  const request = await signedRequest({ event: fixture('chat.message') })
  expect(await receiver.handle(request)).toMatchObject({ status: 503, code: 'deadline_exceeded' })
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'in_flight' })
  finish()
  await vi.waitFor(async () =>
    expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' }),
  )
  expect(effects()).toBe(1)
})

test('forget and sweep drop records', async () => {
  const { store } = await setUp()
  const record = (key: string) =>
    store.transact({ key, fingerprint: 'fp', retentionMs: 1e9 }, async () => ({
      commit: true,
      value: 1,
    }))
  expect(await record('k')).toMatchObject({ kind: 'committed' })
  expect(await record('k')).toEqual({ kind: 'done', fingerprint: 'fp' })
  expect([await store.forget?.('k'), await store.forget?.('k')]).toEqual([true, false])
  expect(await record('k')).toMatchObject({ kind: 'committed' })
  expect(await store.sweep?.(10)).toBe(0)
})

test('options that cannot go with a transaction are refused', () => {
  const store = sqliteTransactional({ db: new Database(':memory:') })
  for (const wrong of [
    { onStoreError: 'fail-open' as const },
    { maxAttempts: 3, park: async () => {} },
  ]) {
    expect(() => createReceiver({ secret: testSecret, store, ...wrong })).toThrow(
      expect.objectContaining({ code: 'option_invalid' }),
    )
  }
})
