import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmitEventInput } from '@ainexlayer/webhooks-client'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

const deleted = (n: number) => ({
  type: 'user.deleted' as const,
  data: { id: `user-${n}` },
  id: `msg_${n}`,
})
const hook = {
  events: ['*'],
  concurrency: 100,
  retry: { delaysSeconds: [0, 60], jitter: 0 },
} as const

test('each event of a list has its own result, and one that is refused does not fail its neighbours', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive()
  await client.webhooks.create({ url, ...hook })
  const inputs = [
    deleted(1),
    { ...deleted(2), data: { id: 7 } },
    { ...deleted(1), data: { id: 'another' } },
    deleted(1),
    { type: 'no.such', data: {} },
    deleted(3),
  ]
  const results = await sender.emitMany(inputs)
  expect(results).toMatchObject([
    { ok: true, id: 'msg_1', duplicate: false, deliveries: [{ id: 'delivery-1' }] },
    { ok: false, error: { code: 'SCHEMA_MISMATCH', details: { field: 'data.id' } } },
    { ok: false, error: { code: 'EVENT_ID_CONFLICT' } },
    { ok: true, id: 'msg_1', duplicate: true, deliveries: [{ id: 'delivery-1' }] },
    { ok: false, error: { code: 'UNKNOWN_EVENT_TYPE' } },
    { ok: true, id: 'msg_3', duplicate: false },
  ])
  await sender.idle()
  expect(received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(['msg_1', 'msg_3'])
})

test('a list that is empty, too long or none at all is refused as a whole', async () => {
  const { client, sender } = await startSender()
  const refused = { code: 'VALIDATION_ERROR', status: 422 }
  const tooMany = Array.from({ length: 101 }, (_, n) => deleted(n))
  await expect(sender.emitMany([])).rejects.toMatchObject(refused)
  await expect(sender.emitMany(tooMany)).rejects.toMatchObject(refused)
  await expect(client.events.emitMany([])).rejects.toMatchObject(refused)
  await expect(client.events.emitMany(tooMany)).rejects.toMatchObject(refused)
  expect((await client.events.list()).data).toEqual([])
  expect(await client.events.emitMany(tooMany.slice(0, 100))).toHaveLength(100)
})

test('a list that is sent again with its idempotency key is answered as before, and nothing is emitted twice', async () => {
  const { client } = await startSender()
  const list: EmitEventInput[] = [
    { type: 'user.deleted', data: { id: 'user-1' } },
    { type: 'user.deleted', data: { id: 'user-2' }, id: 'not.an.id' },
  ]
  const first = await client.events.emitMany(list, { idempotencyKey: 'list-1' })
  const again = await client.events.emitMany(list, { idempotencyKey: 'list-1' })
  expect(first).toMatchObject([{ ok: true }, { ok: false, error: { code: 'VALIDATION_ERROR' } }])
  expect(again).toEqual(first)
  expect((await client.events.list()).data).toHaveLength(1)
  const other = client.events.emitMany(list.slice(1), { idempotencyKey: 'list-1' })
  await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
})

test('a flood in a list is a flood, and its neighbours are single events', async () => {
  const { client, sender } = await startSender()
  const flood = { kind: 'flood', ratePerSecond: 10, seconds: 2 } as const
  await sender.emitMany([deleted(1), { ...deleted(2), faults: [flood] }, deleted(3)])
  const { pagination } = await client.events.list()
  expect(pagination.total).toBe(1 + 20 + 1)
})

test('who listens hears of each event of a list that was emitted, and can read it', async () => {
  const { client, sender } = await startSender()
  const seen: (readonly [name: string, id: string, stored: boolean])[] = []
  const { id } = await client.webhooks.create({
    url: 'http://127.0.0.1:9/',
    ...hook,
    active: false,
  })
  const end = new AbortController()
  const reading = (async () => {
    for await (const { name, data } of client.stream({ signal: end.signal })) {
      if (name !== 'event.emitted') continue
      const isStored = await client.events.get(data.id).then(() => true)
      seen.push([name, data.id, isStored])
    }
  })().catch(() => {})
  // Until the stream is open.
  await expect
    .poll(async () => {
      await sender.emitMany([{ type: 'user.deleted', data: { id } }])
      return seen.length
    })
    .toBeGreaterThan(0)
  await sender.emitMany([deleted(1), { type: 'no.such', data: {} }, deleted(2)])
  await expect
    .poll(() => seen.slice(-2))
    .toEqual([
      ['event.emitted', 'msg_1', true],
      ['event.emitted', 'msg_2', true],
    ])
  end.abort()
  await reading
})

test('an attempt that cannot be stored does not take the others of its group with it', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-group-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  const db = openDatabase(join(data, 'sender.db'))
  db.run(
    `CREATE TRIGGER poison BEFORE INSERT ON attempts WHEN NEW.delivery = 5 BEGIN SELECT RAISE(ABORT, 'poisoned'); END`,
  )
  db.run(
    `CREATE TRIGGER poisoned_event BEFORE INSERT ON events WHEN NEW.id = 'msg_12' BEGIN SELECT RAISE(ABORT, 'poisoned'); END`,
  )
  db.close()
  const { client, sender, errors } = await startSender({ data })
  // All are answered together, so that they are settled together.
  const answers: (() => void)[] = []
  const { url } = await receive((response) => {
    answers.push(() => response.end())
    if (answers.length === 19) for (const answer of answers.splice(0)) answer()
  })
  await client.webhooks.create({ url, ...hook })
  const results = await sender.emitMany(Array.from({ length: 20 }, (_, n) => deleted(n)))
  expect(results.filter(({ ok }) => !ok)).toMatchObject([
    { ok: false, error: { code: 'INTERNAL_ERROR' } },
  ])
  await sender.idle()
  const { data: deliveries } = await client.deliveries.list({ limit: 100 })
  expect(deliveries).toHaveLength(19)
  expect(deliveries.filter(({ status }) => status === 'delivered')).toHaveLength(18)
  // It waits for another attempt: it was delivered, and the log cannot say so.
  expect(await client.deliveries.get('delivery-5')).toMatchObject({
    status: 'pending',
    attempts: [],
  })
  expect(errors).toHaveLength(2)
  expect(await client.stats()).toMatchObject({ total: 19, delivered: 18, pending: 1, attempts: 18 })
})

test('the statistics count what groups store, status by status', async () => {
  const { client, sender } = await startSender()
  let failing = true
  const { url } = await receive((response) => void response.writeHead(failing ? 500 : 200).end())
  await client.webhooks.create({ url, ...hook })
  await sender.emitMany(Array.from({ length: 30 }, (_, n) => deleted(n)))
  expect(await client.stats()).toMatchObject({ total: 30, pending: 30 })
  await sender.idle()
  expect(await client.stats()).toMatchObject({ total: 30, retrying: 30, byStatusCode: { 500: 30 } })
  await client.deliveries.cancel('delivery-30')
  failing = false
  await sender.advance(60_000)
  expect(await client.stats()).toMatchObject({
    total: 30,
    pending: 0,
    retrying: 0,
    cancelled: 1,
    delivered: 29,
    attempts: 59,
    firstAttemptSuccessRate: 0,
    byStatusCode: { 200: 29, 500: 30 },
  })
  expect(await client.webhooks.get('webhook-1')).toMatchObject({
    health: { consecutiveFailures: 0, exhaustedDeliveries: 0 },
  })
})
