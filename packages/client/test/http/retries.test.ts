import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { answering, broken, ok, quickClient, refusal, rejection, startServer } from '../fake-api.ts'

const server = startServer()
const html = () => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 })

test.each([
  ['429', refusal(429, 'RATE_LIMITED')],
  ['500', refusal(500, 'INTERNAL_ERROR')],
  ['503', refusal(503, 'MAINTENANCE')],
  ['a first request that is still at work', refusal(409, 'IDEMPOTENCY_KEY_IN_USE')],
  ['a 502 of a proxy', html],
  ['a connection that fails', broken],
])('%s is tried again until it succeeds', async (_, fault) => {
  const seen = answering(server, fault, fault, ok({ id: 'webhook-1' }))
  const { client } = quickClient()
  expect((await client.webhooks.get('webhook-1')).id).toBe('webhook-1')
  expect(seen).toHaveLength(3)
})

test('a request is sent three times at most, and the last error comes through', async () => {
  const seen = answering(
    server,
    refusal(500, 'FIRST'),
    refusal(500, 'SECOND'),
    refusal(500, 'LAST'),
  )
  const { client, waits } = quickClient()
  expect(await rejection(client.webhooks.get('webhook-1'))).toMatchObject({ code: 'LAST' })
  expect(seen).toHaveLength(3)
  expect(waits).toHaveLength(2)
})

test('the client and the call say how often', async () => {
  const seen = answering(server, broken)
  const { client } = quickClient({ maxRetries: 4 })
  await rejection(client.webhooks.get('webhook-1'))
  expect(seen).toHaveLength(5)
  await rejection(client.webhooks.get('webhook-1', { maxRetries: 0 }))
  expect(seen).toHaveLength(6)
})

test.each([400, 401, 403, 404, 409, 410, 413, 422])('%i is not tried again', async (status) => {
  const seen = answering(server, refusal(status, 'NO'), ok())
  const { client, waits } = quickClient()
  expect(await rejection(client.webhooks.test('webhook-1'))).toMatchObject({ status })
  expect(seen).toHaveLength(1)
  expect(waits).toEqual([])
})

test('an answer that is not understood, yet was a success, is not asked for again', async () => {
  const seen = answering(server, () => HttpResponse.text('Welcome'), ok())
  const { client } = quickClient()
  await rejection(client.webhooks.test('webhook-1'))
  expect(seen).toHaveLength(1)
})

test('the waits double up to 8 seconds, and jitter takes up to half of them off', async () => {
  answering(server, broken)
  const full = quickClient({ maxRetries: 6 })
  await rejection(full.client.webhooks.get('webhook-1'))
  expect(full.waits).toEqual([500, 1000, 2000, 4000, 8000, 8000])

  const half = quickClient({ maxRetries: 6, random: () => 0 })
  await rejection(half.client.webhooks.get('webhook-1', { maxRetries: 2 }))
  expect(half.waits).toEqual([250, 500])
})

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString()

test.each([
  ['seconds', () => '3', 3000, 3000],
  ['0 seconds, which is no reason to hurry', () => '0', 500, 500],
  ['more than a minute', () => '86400', 60_000, 60_000],
  ['a date', () => inSeconds(10), 8_900, 10_000],
  ['a date of the past', () => inSeconds(-10), 500, 500],
  ['a far date', () => inSeconds(86_400), 60_000, 60_000],
  ['a negative number', () => '-5', 500, 500],
  ['a fraction, which is no valid value', () => '1.5', 500, 500],
  ['rubbish', () => 'soon', 500, 500],
  ['words that JavaScript takes for a date', () => 'soon 2099', 500, 500],
])('retry-after as %s is honoured within bounds', async (_, header, least, most) => {
  answering(server, refusal(429, 'RATE_LIMITED', { headers: { 'retry-after': header() } }), ok())
  const { client, waits } = quickClient()
  await client.webhooks.get('webhook-1')
  expect(waits).toHaveLength(1)
  expect(waits[0]).toBeGreaterThanOrEqual(least)
  expect(waits[0]).toBeLessThanOrEqual(most)
})

test('an error says how long the platform asks to wait, beyond what the client waits', async () => {
  answering(server, refusal(429, 'RATE_LIMITED', { headers: { 'retry-after': '3600' } }))
  const { client } = quickClient({ maxRetries: 0 })
  const error = await rejection(client.webhooks.get('webhook-1'))
  expect(error).toMatchObject({ retryAfterMs: 3_600_000 })
})

test('a POST keeps its idempotency key and its body over its retries', async () => {
  const seen = answering(server, broken, refusal(503, 'MAINTENANCE'), ok())
  const { client } = quickClient()
  await client.events.emit({ type: 'user.login', data: { userId: 'user-1' } })
  const keys = seen.map(({ headers }) => headers.get('idempotency-key'))
  expect(keys).toEqual([keys[0], keys[0], keys[0]])
  expect(keys[0]).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  expect(new Set(seen.map(({ body }) => JSON.stringify(body))).size).toBe(1)
})

test('two calls have two idempotency keys, unless the caller gives one', async () => {
  const seen = answering(server, ok())
  const { client } = quickClient()
  await client.webhooks.test('webhook-1')
  await client.webhooks.test('webhook-1')
  await client.webhooks.test('webhook-1', {}, { idempotencyKey: 'order-7' })
  const keys = seen.map(({ headers }) => headers.get('idempotency-key'))
  expect(new Set(keys).size).toBe(3)
  expect(keys[2]).toBe('order-7')
})

test('every page of a list is tried again on its own', async () => {
  const list = (number: number) => () =>
    HttpResponse.json({
      success: true,
      data: [{ id: `webhook-${number}` }],
      pagination: { page: number, limit: 1, total: 2, totalPages: 2 },
    })
  const seen = answering(server, broken, list(1), broken, broken, list(2))
  const { client } = quickClient()
  const ids: string[] = []
  for await (const { id } of client.webhooks.list()) ids.push(id)
  expect(ids).toEqual(['webhook-1', 'webhook-2'])
  expect(seen).toHaveLength(5)
})
