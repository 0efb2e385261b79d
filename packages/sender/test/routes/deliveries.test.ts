import { fixtures } from '@ainexlayer/webhooks/testing'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { expect, test } from 'vitest'
import { receive, statuses } from '../receiving.ts'
import { start, startSender } from '../sending.ts'

const problem = (status: number, code: string) => expect.objectContaining({ status, code })
const event = { type: 'user.deleted', data: { id: 'user-1' } } as const
const minute = 60_000
const none = { preset: 'none' } as const

test('an event goes to who subscribes to it, and verifies with standardwebhooks and svix', async () => {
  const { client, sender } = await startSender()
  const [documents, all] = [await receive(), await receive()]
  const { secret } = await client.webhooks.create({ url: all.url, events: ['*'] })
  await client.webhooks.create({ url: documents.url, events: ['document.*'] })
  for (const { type, data } of Object.values(fixtures)) sender.emit({ type, data })
  await sender.idle()
  expect([all.received.length, documents.received.length]).toEqual([19, 5])
  // Both check the time: they see the sender's.
  const { now } = Date
  Date.now = () => start
  try {
    for (const { headers, body } of all.received) {
      const flat = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)]))
      const parsed = JSON.parse(body.toString())
      expect(new StandardWebhook(secret).verify(body.toString(), flat)).toEqual(parsed)
      expect(new SvixWebhook(secret).verify(body.toString(), flat)).toEqual(parsed)
    }
  } finally {
    Date.now = now
  }
})

test('an event that was emitted before sends nothing more; other content under its id is a conflict', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive()
  await client.webhooks.create({ url, events: ['*'] })
  const first = await client.events.emit({ ...event, id: 'msg_1' })
  expect(first).toMatchObject({ id: 'msg_1', duplicate: false })
  const again = await client.events.emit({ ...event, id: 'msg_1' })
  expect(again).toEqual({ ...first, duplicate: true })
  await expect(
    client.events.emit({ ...event, id: 'msg_1', data: { id: 'user-2' } }),
  ).rejects.toEqual(problem(409, 'EVENT_ID_CONFLICT'))
  await sender.idle()
  expect(received).toHaveLength(1)
  expect(await client.events.get('msg_1')).toMatchObject(event)
})

test('an event that is none is refused, with the path of the field', async () => {
  const { client } = await startSender()
  await expect(client.events.emit(JSON.parse('{"type":"user.deletd","data":{}}'))).rejects.toEqual(
    problem(400, 'UNKNOWN_EVENT_TYPE'),
  )
  await expect(
    client.events.emit(JSON.parse(JSON.stringify({ ...event, data: { id: 7 } }))),
  ).rejects.toMatchObject({
    status: 400,
    code: 'SCHEMA_MISMATCH',
    details: { path: 'data.id' },
  })
  await client.events.emit({ ...event, data: { id: 7 }, validate: false })
  await expect(
    client.events.emit({ ...event, data: { id: 'user-1', note: 'x'.repeat(260 * 1024) } }),
  ).rejects.toEqual(problem(413, 'PAYLOAD_TOO_LARGE'))
  await expect(client.events.emit({ ...event, id: 'a.b' })).rejects.toMatchObject({
    status: 422,
    details: { field: 'id' },
  })
})

test('who is switched off or filters by workspace is skipped, and it says so', async () => {
  const { client } = await startSender()
  const url = 'http://127.0.0.1:9/'
  await client.webhooks.create({ url, events: ['*'], active: false })
  await client.webhooks.create({ url, events: ['*'], filters: { workspaceIds: ['workspace-2'] } })
  const { deliveries, skipped } = await client.events.emit({ ...event, workspaceId: 'workspace-1' })
  expect(deliveries).toEqual([])
  expect(skipped).toEqual([
    { webhookId: 'webhook-1', reason: 'inactive' },
    { webhookId: 'webhook-2', reason: 'filtered' },
  ])
})

test('events are listed by type, workspace and time', async () => {
  const { client, clock } = await startSender()
  await client.events.emit({ ...event, id: 'msg_1', workspaceId: 'workspace-1' })
  clock.moveTo(start + minute)
  await client.events.emit({ type: 'user.login', data: { userId: 'user-1' }, id: 'msg_2' })
  const ids = async (query: Parameters<typeof client.events.list>[0]) =>
    (await client.events.list(query)).data.map(({ id }) => id)
  expect(await ids({})).toEqual(['msg_2', 'msg_1'])
  expect(await ids({ type: 'user.login' })).toEqual(['msg_2'])
  expect(await ids({ workspaceId: 'workspace-1' })).toEqual(['msg_1'])
  expect(await ids({ before: new Date(start + 1) })).toEqual(['msg_1'])
  expect(await ids({ after: new Date(start + 1) })).toEqual(['msg_2'])
})

test('a delivery that failed is retried with the same bytes, and its log shows each attempt', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive((response, index) =>
    index === 0
      ? void response.writeHead(500, { 'x-trace': 'abc' }).end('down')
      : void response.writeHead(204).end(),
  )
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  const { deliveries } = await client.events.emit(event)
  await sender.idle()
  const [{ id: delivery } = { id: '' }] = deliveries
  expect(await client.deliveries.get(delivery)).toMatchObject({
    status: 'retrying',
    attemptCount: 1,
    maxAttempts: 10,
    lastStatusCode: 500,
    lastError: { code: 'http_status' },
  })
  await sender.advance(10_000)
  const { attempts, ...log } = await client.deliveries.get(delivery)
  expect(log).toMatchObject({
    webhookId: id,
    status: 'delivered',
    attemptCount: 2,
    nextAttemptAt: null,
    lastStatusCode: 204,
    lastError: null,
  })
  expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
    [1, 'failed'],
    [2, 'delivered'],
  ])
  expect(attempts[0]).toMatchObject({
    url,
    startedAt: new Date(start).toISOString(),
    request: { body: received[0]?.body.toString(), bytes: received[0]?.body.length },
    response: { statusCode: 500, body: 'down', truncated: false },
    error: { code: 'http_status' },
  })
  expect(attempts[0]?.response?.headers['x-trace']).toBe('abc')
  expect(received[1]?.body).toEqual(received[0]?.body)
  const stats = await client.webhooks.stats(id, { until: new Date(start + minute) })
  expect(stats).toMatchObject({
    total: 1,
    delivered: 1,
    successRate: 1,
    firstAttemptSuccessRate: 0,
    attempts: 2,
    byStatusCode: { 204: 1, 500: 1 },
    byEventType: { 'user.deleted': 1 },
  })
  await expect(
    client.webhooks.stats(id, { since: new Date(start - 40 * 24 * 60 * minute) }),
  ).rejects.toEqual(problem(400, 'INVALID_RANGE'))
})

test('deliveries are listed by status, type, event, trigger, class and time', async () => {
  const { client, sender, clock } = await startSender()
  const [good, bad] = [await receive(), await receive(statuses(404))]
  const first = await client.webhooks.create({ url: good.url, events: ['*'], retry: none })
  const second = await client.webhooks.create({ url: bad.url, events: ['user.*'], retry: none })
  await client.events.emit({ ...event, id: 'msg_1' })
  await sender.idle()
  clock.moveTo(start + minute)
  await client.events.emit({ type: 'chat.message', data: fixtures['chat.message'].data })
  await sender.idle()
  const ids = async (query: Parameters<typeof client.deliveries.list>[0]) =>
    (await client.deliveries.list(query)).data.map(({ id }) => id)
  expect(await ids({})).toEqual(['delivery-3', 'delivery-2', 'delivery-1'])
  expect(await ids({ status: 'failed' })).toEqual(['delivery-2'])
  expect(await ids({ status: ['failed', 'delivered'], limit: 2 })).toEqual([
    'delivery-3',
    'delivery-2',
  ])
  expect(await ids({ webhookId: second.id })).toEqual(['delivery-2'])
  expect(await ids({ eventType: 'chat.message' })).toEqual(['delivery-3'])
  expect(await ids({ eventId: 'msg_1' })).toEqual(['delivery-2', 'delivery-1'])
  expect(await ids({ trigger: 'test' })).toEqual([])
  expect(await ids({ statusClass: '4xx' })).toEqual(['delivery-2'])
  expect(await ids({ statusClass: 'none' })).toEqual([])
  expect(await ids({ after: new Date(start + 1) })).toEqual(['delivery-3'])
  const ofFirst = await client.webhooks.deliveries(first.id, { limit: 1 })
  expect(ofFirst.pagination).toMatchObject({ page: 1, limit: 1, total: 2, totalPages: 2 })
  await expect(client.deliveries.list({ status: 'nonsense' })).rejects.toEqual(
    problem(422, 'VALIDATION_ERROR'),
  )
})

test('a test is sent at once and once, even while the webhook is off, and says how it went', async () => {
  const { client } = await startSender()
  const { url, received } = await receive(statuses(200, 500))
  const { id } = await client.webhooks.create({ url, events: ['user.*'], active: false })
  expect(await client.webhooks.test(id)).toMatchObject({
    status: 'delivered',
    eventType: 'webhook.test',
    trigger: 'test',
    attempts: [{ response: { statusCode: 200 } }],
  })
  const failed = await client.webhooks.test(id, { eventType: 'chat.message' })
  expect(failed).toMatchObject({ status: 'failed', nextAttemptAt: null, attemptCount: 1 })
  expect(JSON.parse(String(received[1]?.body)).data).toEqual(fixtures['chat.message'].data)
  await expect(client.webhooks.test(id, { eventType: 'no.such' })).rejects.toEqual(
    problem(400, 'UNKNOWN_EVENT_TYPE'),
  )
})

test('a delivery is sent again with the same id and bytes, or as a new event', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive()
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  await client.events.emit(event)
  await sender.idle()
  const again = await client.deliveries.redeliver('delivery-1')
  expect(again).toMatchObject({ trigger: 'redelivery', redeliveryOf: 'delivery-1' })
  await client.deliveries.redeliver('delivery-1', { asNewEvent: true })
  await sender.idle()
  const ids = received.map(({ headers }) => headers['webhook-id'])
  expect(ids[1]).toBe(ids[0])
  expect(ids[2]).not.toBe(ids[0])
  expect(received[1]?.body).toEqual(received[0]?.body)
  await client.webhooks.update(id, { active: false })
  await expect(client.deliveries.redeliver('delivery-1')).rejects.toEqual(
    problem(409, 'WEBHOOK_INACTIVE'),
  )
})

test('an open delivery is not sent again, but may be cancelled; a closed one may not', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive(statuses(500, 500))
  await client.webhooks.create({ url, events: ['*'] })
  await client.events.emit(event)
  await sender.idle()
  await expect(client.deliveries.redeliver('delivery-1')).rejects.toEqual(
    problem(409, 'DELIVERY_OPEN'),
  )
  expect(await client.deliveries.cancel('delivery-1')).toMatchObject({ status: 'cancelled' })
  await expect(client.deliveries.cancel('delivery-1')).rejects.toEqual(
    problem(409, 'DELIVERY_CLOSED'),
  )
  await sender.advance(100 * 60 * minute)
  expect(received).toHaveLength(1)
})

test('after an outage all that failed is sent again, at a rate, except what got through since', async () => {
  const { client, sender, clock } = await startSender()
  let up = false
  const { url, received } = await receive(
    (response) => void response.writeHead(up ? 200 : 500).end(),
  )
  const { id } = await client.webhooks.create({ url, events: ['*'], retry: none })
  for (let n = 1; n <= 5; n++) await client.events.emit({ ...event, id: `msg_${n}` })
  await sender.idle()
  up = true
  await client.deliveries.redeliver('delivery-1')
  await sender.idle()
  const since = new Date(start)
  expect(await client.webhooks.recover(id, { since, dryRun: true })).toEqual({
    matched: 4,
    queued: 0,
  })
  expect(await client.webhooks.recover(id, { since, ratePerSecond: 2 })).toEqual({
    matched: 4,
    queued: 4,
  })
  const before = received.length
  await sender.idle()
  expect(received.length - before).toBe(1)
  await sender.advance(1500)
  expect(received.length - before).toBe(4)
  expect(await client.webhooks.recover(id, { since })).toMatchObject({ matched: 0 })
  await expect(
    client.webhooks.recover(id, { since: new Date(clock.now() - 15 * 24 * 60 * minute) }),
  ).rejects.toEqual(problem(400, 'RANGE_TOO_LARGE'))
})

test('bytes that were kept long enough are dropped, and cannot be sent again', async () => {
  const { mkdtemp, rm } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { join } = await import('node:path')
  const data = await mkdtemp(join(tmpdir(), 'ainl-sender-'))
  const { url } = await receive()
  const first = await startSender({ data })
  await first.client.webhooks.create({ url, events: ['*'] })
  await first.client.events.emit(event)
  await first.sender.idle()
  await first.sender.close()
  const { virtualClock } = await import('../../src/index.ts')
  const later = await startSender({ data, clock: virtualClock(start + 31 * 24 * 60 * minute) })
  await later.sender.idle()
  await expect(later.client.deliveries.redeliver('delivery-1')).rejects.toEqual(
    problem(410, 'PAYLOAD_EXPIRED'),
  )
  await rm(data, { recursive: true, force: true })
})
