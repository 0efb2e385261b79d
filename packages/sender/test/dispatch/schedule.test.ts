import { expect, test } from 'vitest'
import { receive, statuses } from '../receiving.ts'
import { start, startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const
const hour = 3_600_000
const day = 24 * hour

test('the 75 hours of the standard schedule run in well under a second', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive(statuses(...Array(10).fill(500)))
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  await client.events.emit(event)
  const began = performance.now()
  await sender.advance(100 * hour)
  expect(performance.now() - began).toBeLessThan(1000)
  expect(received).toHaveLength(10)
  const { status, attempts } = await client.deliveries.get('delivery-1')
  expect(status).toBe('failed')
  const delays = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
  attempts.forEach(({ startedAt }, index) => {
    const planned = (delays[index] ?? 0) * 1000
    const last = index === 0 ? start : Date.parse(attempts[index - 1]?.startedAt ?? '')
    const waited = Date.parse(startedAt) - last
    expect(waited).toBeGreaterThanOrEqual(planned * 0.8 - 1)
    expect(waited).toBeLessThanOrEqual(planned * 1.2 + 1)
  })
  expect((await client.webhooks.get(id)).health).toMatchObject({
    consecutiveFailures: 10,
    failingSince: new Date(start).toISOString(),
  })
})

test('every retry has the same id and bytes, and a timestamp and a signature of its own', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive(statuses(500, 503))
  await client.webhooks.create({ url, events: ['*'] })
  const { id } = await client.events.emit(event)
  await sender.advance(hour)
  const { attempts } = await client.deliveries.get('delivery-1')
  expect(attempts.map(({ response }) => response?.statusCode)).toEqual([500, 503, 200])
  const distinct = (name: string) => new Set(received.map(({ headers }) => headers[name]))
  expect(new Set(received.map(({ body }) => body.toString())).size).toBe(1)
  expect(distinct('webhook-id')).toEqual(new Set([id]))
  expect(distinct('webhook-timestamp').size).toBe(3)
  expect(distinct('webhook-signature').size).toBe(3)
})

test('Retry-After is honoured in seconds and as a date, within its bounds', async () => {
  const asked = ['30', 'Thu, 15 Jan 2026 10:31:00 GMT', '1', '999999', 'soon']
  const { client, sender } = await startSender()
  const { url } = await receive((response, index) =>
    response.writeHead(503, { 'retry-after': asked[index] ?? '' }).end(),
  )
  const retry = { delaysSeconds: [0, 10, 10, 10, 10, 10], jitter: 0 }
  await client.webhooks.create({ url, events: ['*'], retry })
  await client.events.emit(event)
  await sender.advance(2 * hour)
  const { attempts } = await client.deliveries.get('delivery-1')
  const times = attempts.map(({ startedAt }) => Date.parse(startedAt))
  expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual([
    30_000, 30_000, 10_000, 3_600_000, 10_000,
  ])
})

test('the same seed gives the same jitter, another seed another', async () => {
  const run = async (seed: number) => {
    const { client, sender } = await startSender({ seed })
    const { url } = await receive(statuses(...Array(10).fill(500)))
    await client.webhooks.create({ url, events: ['*'] })
    await client.events.emit(event)
    await sender.advance(100 * hour)
    const { attempts } = await client.deliveries.get('delivery-1')
    return attempts.map(({ startedAt }) => startedAt)
  }
  const [first, same, other] = [await run(7), await run(7), await run(8)]
  expect(same).toEqual(first)
  expect(other).not.toEqual(first)
})

test('Retry-After is honoured, and an overrun endpoint gets a minute of air', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive((response, index) => {
    if (index === 0) response.writeHead(503, { 'retry-after': '120' }).end()
    else response.writeHead(index === 1 ? 429 : 200).end()
  })
  const retry = { delaysSeconds: [0, 5, 5, 5], jitter: 0 }
  await client.webhooks.create({ url, events: ['*'], retry })
  await client.events.emit(event)
  await sender.advance(119_000)
  expect(received).toHaveLength(1)
  await sender.advance(1000)
  expect(received).toHaveLength(2)
  const log = await client.deliveries.get('delivery-1')
  expect(log.attempts[0]?.retryAfterMs).toBe(120_000)
})

test('410 ends the delivery, switches the webhook off and says why', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive(statuses(410))
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  await client.events.emit(event)
  await sender.advance(100 * hour)
  expect(received).toHaveLength(1)
  expect(await client.webhooks.get(id)).toMatchObject({
    active: false,
    disabledReason: 'gone',
    disabledAt: new Date(start).toISOString(),
  })
  expect(await client.deliveries.get('delivery-1')).toMatchObject({ status: 'failed' })
})

test('an endpoint that fails for five days is switched off, and starts afresh when it is switched on', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive(statuses(...Array(100).fill(500)))
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  for (let n = 0; n < 3; n++) {
    await client.events.emit(event)
    await sender.advance(day)
  }
  expect(await client.webhooks.get(id)).toMatchObject({ active: true })
  await sender.advance(3 * day)
  const off = await client.webhooks.get(id)
  expect(off).toMatchObject({ active: false, disabledReason: 'failing' })
  const count = received.length
  await client.events.emit(event)
  await sender.advance(day)
  expect(received).toHaveLength(count)
  expect(await client.webhooks.update(id, { active: true })).toMatchObject({
    active: true,
    disabledReason: null,
    health: { consecutiveFailures: 0, failingSince: null },
  })
})

test('a redirect is not followed, a dead port and a dead name are tried again', async () => {
  const { client, sender } = await startSender()
  const elsewhere = await receive()
  const { url } = await receive(
    (response) => void response.writeHead(302, { location: elsewhere.url }).end(),
  )
  const retry = { delaysSeconds: [0, 1], jitter: 0 }
  await client.webhooks.create({ url, events: ['*'], retry })
  await client.webhooks.create({ url: 'http://127.0.0.1:1/', events: ['*'], retry })
  await client.webhooks.create({ url: 'http://nowhere.invalid/', events: ['*'], retry })
  await client.events.emit(event)
  await sender.advance(5000)
  expect(elsewhere.received).toEqual([])
  const { data } = await client.deliveries.list()
  expect(data.map(({ lastError, attemptCount }) => [lastError?.code, attemptCount])).toEqual([
    ['dns', 2],
    ['connect_refused', 2],
    ['redirect', 2],
  ])
})

test('an endpoint gets no more attempts at once than its concurrency, and the others are not kept waiting', async () => {
  const { client, sender } = await startSender()
  const held: (() => void)[] = []
  const slow = await receive((response) => void held.push(() => response.end()))
  const quick = await receive()
  await client.webhooks.create({ url: slow.url, events: ['*'], concurrency: 2 })
  await client.webhooks.create({ url: quick.url, events: ['*'], concurrency: 100 })
  for (let n = 0; n < 10; n++) sender.emit(event)
  await expect.poll(() => quick.received.length).toBe(10)
  expect(slow.received).toHaveLength(2)
  const { data } = await client.deliveries.list({ webhookId: 'webhook-1', limit: 100 })
  expect(data.filter(({ status }) => status === 'sending')).toHaveLength(2)
  const drain = setInterval(() => {
    for (const release of held.splice(0)) release()
  }, 5)
  await sender.idle()
  clearInterval(drain)
  expect(slow.received).toHaveLength(10)
})

test('an endpoint gets no more attempts than its rate limit', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive()
  await client.webhooks.create({
    url,
    events: ['*'],
    concurrency: 100,
    rateLimit: { requests: 3, perSeconds: 10 },
  })
  for (let n = 0; n < 8; n++) sender.emit(event)
  await sender.idle()
  expect(received).toHaveLength(3)
  await sender.advance(10_000)
  expect(received).toHaveLength(6)
  await sender.advance(10_000)
  expect(received).toHaveLength(8)
})

test('an attempt that takes too long is a timeout', async () => {
  const { client, sender } = await startSender({ timeoutMs: 50 })
  const { url } = await receive(() => {})
  await client.webhooks.create({ url, events: ['*'], retry: { preset: 'none' } })
  await client.events.emit(event)
  await sender.idle()
  expect(await client.deliveries.get('delivery-1')).toMatchObject({
    status: 'failed',
    lastError: { code: 'timeout' },
  })
})

test('a name that leads to a private address is blocked when it is connected to', async () => {
  const { client, sender } = await startSender({ allowPrivateTargets: false })
  // Names are looked up at each attempt; this machine’s own name leads to a private address.
  const { hostname } = await import('node:os')
  await client.webhooks.create({ url: `https://${hostname()}/`, events: ['*'] })
  await client.events.emit(event)
  await sender.idle()
  const { status, lastError } = await client.deliveries.get('delivery-1')
  expect([status, lastError?.code]).toEqual(['failed', 'blocked_address'])
})

test('faults of a webhook strike with their probability, and the clock is moved over HTTP', async () => {
  const { client, url: api } = await startSender()
  const { url, received } = await receive()
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return response.json()
  }
  const faults = [{ fault: { kind: 'badSignature', how: 'missing' }, probability: 1 }]
  expect(await call('PUT', '/dev/faults', { webhookId: id, faults })).toMatchObject({
    success: true,
    data: { faults },
  })
  await client.events.emit(event)
  await call('POST', '/dev/clock', { advanceMs: 1 })
  expect(received[0]?.headers['webhook-signature']).toBeUndefined()
  await call('DELETE', `/dev/faults?webhookId=${id}`)
  await client.events.emit(event)
  await call('POST', '/dev/clock', { advanceMs: 1 })
  expect(received[1]?.headers['webhook-signature']).toMatch(/^v1,/)
  const log = await client.deliveries.get('delivery-1')
  expect(log.attempts[0]?.faults).toEqual([faults[0]?.fault])
})
