import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { number } from '../../src/store/column.ts'
import { openDatabase } from '../../src/store/database.ts'
import { receive, statuses } from '../receiving.ts'
import { start, startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const
const day = 86_400_000

const rowsIn = (data: string) => {
  const db = openDatabase(join(data, 'sender.db'))
  const count = (table: string): number =>
    number(db.get(`SELECT count(*) AS n FROM ${table}`) ?? {}, 'n')
  const counts = ['events', 'deliveries', 'attempts'].map(count)
  db.close()
  return counts
}

const folderOfTest = async () => {
  const data = await mkdtemp(join(tmpdir(), 'ainl-retention-'))
  onTestFinished(() => rm(data, { recursive: true, force: true }))
  return data
}

test('what is old is deleted while the sender runs, and open deliveries are kept', async () => {
  const data = await folderOfTest()
  const { client, sender } = await startSender({ data, keepDays: 10, keepBodiesDays: 2 })
  const { url } = await receive(statuses(200, 200, 200))
  await client.webhooks.create({ url, events: ['*'] })
  await client.webhooks.create({
    url: 'http://127.0.0.1:1/',
    events: ['user.logout'],
    retry: { delaysSeconds: [0, 20 * 86_400 - 86_400 * 13.5, 86_400 * 7], jitter: 0 },
  })
  for (let n = 0; n < 120; n++) sender.emit(event)
  await client.events.emit({ type: 'user.logout', data: { userId: 'user-1' } })
  await sender.advance(3 * day)
  const { data: events } = await client.events.list({ limit: 2 })
  expect(events).toMatchObject([{ data: { userId: 'user-1' } }, { data: null }])
  await sender.advance(8 * day)
  expect((await client.events.list()).data).toMatchObject([{ type: 'user.logout' }])
  const { data: deliveries } = await client.deliveries.list()
  expect(deliveries).toMatchObject([{ eventType: 'user.logout', status: 'retrying' }])
  await sender.close()
  expect(rowsIn(data)).toEqual([1, 1, 2])
})

test('of more deliveries than are kept the oldest are deleted', async () => {
  const { client, sender } = await startSender({ keepDeliveries: 60 })
  const { url } = await receive()
  await client.webhooks.create({ url, events: ['*'], concurrency: 50 })
  for (let n = 0; n < 200; n++) sender.emit(event)
  await sender.idle()
  await sender.advance(1)
  const { pagination, data } = await client.deliveries.list({ limit: 100 })
  expect(pagination.total).toBe(60)
  expect(data.at(-1)?.id).toBe('delivery-141')
  expect((await client.events.list()).pagination.total).toBe(60)
  // Statistics are counts of their own.
  expect((await client.stats({ until: new Date(start + day) })).delivered).toBe(200)
})

test('statistics are the same as a count of every row, by webhook and in all', async () => {
  const { client, sender } = await startSender()
  const { url } = await receive(statuses(500, 200, 404, 200, 500, 200))
  const retry = { delaysSeconds: [0, 1], jitter: 0 }
  const { id } = await client.webhooks.create({ url, events: ['*'], retry, concurrency: 1 })
  await client.webhooks.create({ url: 'http://127.0.0.1:1/', events: ['user.deleted'], retry })
  for (let n = 0; n < 5; n++) await client.events.emit(event)
  await sender.advance(3 * 3_600_000)
  await client.events.emit({ type: 'user.login', data: { userId: 'user-1' } })
  await sender.advance(1000)
  const span = { since: new Date(start - day), until: new Date(start + day) }
  for (const stats of [await client.stats(span), await client.webhooks.stats(id, span)]) {
    const webhookId = stats.total === 6 ? id : undefined
    const of = async (status: string) =>
      (await client.deliveries.list({ status, webhookId })).pagination.total
    expect(stats.total).toBe((await client.deliveries.list({ webhookId })).pagination.total)
    expect(stats.delivered).toBe(await of('delivered'))
    expect(stats.failed).toBe(await of('failed'))
    const attempts = await client.attempts.list({ webhookId, limit: 100 })
    expect(stats.attempts).toBe(attempts.pagination.total)
    const codes = attempts.data.map(({ response }) => String(response?.statusCode ?? 'none'))
    for (const [code, n] of Object.entries(stats.byStatusCode)) {
      expect(codes.filter((one) => one === code)).toHaveLength(n)
    }
  }
  const { buckets } = await client.stats({ ...span, bucket: 'hour' })
  expect(buckets).toMatchObject([
    { start: '2026-01-15T10:00:00.000Z', total: 10 },
    { start: '2026-01-15T13:00:00.000Z', total: 1, delivered: 1 },
  ])
})
