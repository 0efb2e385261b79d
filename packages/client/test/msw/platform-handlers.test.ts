import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createClient, uncheckedName } from '../../src/index.ts'
import { type PlatformHandlersOptions, platformHandlers } from '../../src/msw/index.ts'
import { base, rejection } from '../fake-api.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const platform = (options: PlatformHandlersOptions = {}) => {
  server.use(...platformHandlers(options))
  return createClient({ apiKey: 'key-1', maxRetries: 0 })
}
const hook = { url: 'https://app.example.com/hooks', events: ['document.*', 'user.login'] } as const
const uploaded = {
  type: 'document.uploaded',
  data: { id: 'document-1', workspaceId: 'workspace-1' },
} as const
const call = (method: string, path: string, body?: string, headers?: Record<string, string>) =>
  fetch(`${base}${path}`, {
    method,
    headers: { authorization: 'Bearer key-1', 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  })

test('a webhook is created, read, changed and deleted', async () => {
  const { webhooks } = platform()
  const { secret, ...created } = await webhooks.create({ ...hook, headers: { 'x-team': 'a' } })
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(created).toMatchObject({
    id: 'webhook-1',
    url: hook.url,
    events: hook.events,
    description: '',
    retry: { delaysSeconds: expect.any(Array), jitter: 0.2 },
    active: true,
    headerNames: ['x-team'],
    concurrency: 4,
    secrets: [{ hint: secret.slice(-4), expiresAt: null }],
    disabledReason: null,
  })
  const read = await webhooks.get('webhook-1')
  expect(read).toEqual(created)
  expect(read.health).toMatchObject({ consecutiveFailures: 0, failingSince: null })

  const off = await webhooks.update('webhook-1', { active: false, description: 'Mine' })
  expect(off).toMatchObject({ active: false, disabledReason: 'manual', description: 'Mine' })
  const on = await webhooks.update('webhook-1', { active: true })
  expect(on).toMatchObject({ active: true, disabledReason: null, disabledAt: null })
  expect(on).toMatchObject({ url: hook.url, description: 'Mine' })

  expect(await webhooks.delete('webhook-1')).toEqual({ id: 'webhook-1', deleted: true })
  expect(await rejection(webhooks.get('webhook-1'))).toMatchObject({ code: 'NOT_FOUND' })
})

test('a schedule is given by its name or its delays, and a limit is lifted by null', async () => {
  const { webhooks } = platform({ endpointStatus: () => 500 })
  const rateLimit = { requests: 10, perSeconds: 1 }
  const created = await webhooks.create({ ...hook, retry: { preset: 'none' }, rateLimit })
  expect(created).toMatchObject({ retry: { delaysSeconds: [0], jitter: 0 }, rateLimit })
  const changed = await webhooks.update('webhook-1', {
    retry: { delaysSeconds: [0, 60] },
    rateLimit: null,
  })
  expect(changed).toMatchObject({ retry: { delaysSeconds: [0, 60], jitter: 0.2 }, rateLimit: null })
})

test('a secret is shown at its creation and its rotation, and nowhere else', async () => {
  const { webhooks } = platform()
  const { secret } = await webhooks.create(hook)
  const rotated = await webhooks.rotateSecret('webhook-1', { gracePeriodSeconds: 3600 })
  expect(rotated.secret).not.toBe(secret)
  expect(Date.parse(rotated.previousSecretExpiresAt)).toBeGreaterThan(Date.now() + 3_500_000)
  const shown = JSON.stringify([
    await webhooks.get('webhook-1'),
    (await webhooks.list()).data,
    await webhooks.update('webhook-1', { concurrency: 1 }),
    await webhooks.test('webhook-1'),
  ])
  expect(shown).not.toContain(secret)
  expect(shown).not.toContain(rotated.secret)
  const { secrets } = await webhooks.get('webhook-1')
  expect(secrets.map(({ hint }) => hint)).toEqual([rotated.secret.slice(-4), secret.slice(-4)])
})

test('a fourth active secret is refused until an earlier one has expired', async () => {
  let now = Date.parse('2024-01-15T10:30:00Z')
  const { webhooks } = platform({ now: () => new Date(now) })
  await webhooks.create(hook)
  await webhooks.rotateSecret('webhook-1')
  await webhooks.rotateSecret('webhook-1')
  const error = await rejection(webhooks.rotateSecret('webhook-1'))
  expect(error).toMatchObject({ status: 409, code: 'TOO_MANY_ACTIVE_SECRETS' })
  now += 86_400_001
  const own = `whsec_${btoa('0123456789abcdef01234567')}`
  expect((await webhooks.rotateSecret('webhook-1', { secret: own })).secret).toBe(own)
})

test('webhooks are listed in pages, by their state, their subscription and their words', async () => {
  const { webhooks } = platform()
  for (let count = 1; count <= 5; count++) await webhooks.create({ ...hook, active: count > 1 })
  await webhooks.create({ url: 'https://b.example', events: ['chat.message'], description: 'Chat' })
  const ids = async (query: Parameters<typeof webhooks.list>[0]) => {
    const found: string[] = []
    for await (const { id } of webhooks.list({ limit: 2, ...query })) found.push(id.slice(-1))
    return found.join('')
  }
  expect(await ids({})).toBe('123456')
  expect(await ids({ active: false })).toBe('1')
  expect(await ids({ event: 'document.*' })).toBe('12345')
  expect(await ids({ search: 'Chat' })).toBe('6')
  expect((await webhooks.list({ limit: 2, page: 2 })).pagination).toEqual({
    page: 2,
    limit: 2,
    total: 6,
    totalPages: 3,
    nextCursor: '4',
  })
})

test('a request without the key is answered 401', async () => {
  platform({ apiKey: 'key-2' })
  const anonymous = await fetch(`${base}/webhooks`)
  expect(anonymous.status).toBe(401)
  expect(await anonymous.json()).toMatchObject({ success: false, error: { code: 'UNAUTHORIZED' } })
  const list = (apiKey: string) => createClient({ apiKey }).webhooks.list()
  expect(await rejection(list('key-1'))).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
  expect((await list('key-2')).data).toEqual([])
})

test.each([
  ['no URL', {}, 'url', /expected string/],
  ['no events', { url: hook.url }, 'events', /expected array/],
  ['an empty list of events', { ...hook, events: [] }, 'events', /Too small/],
  ['a number among its events', { ...hook, events: [1] }, 'events.0', /expected string/],
  ['a text for a flag', { ...hook, active: 'yes' }, 'active', /expected boolean/],
  ['too small a number', { ...hook, concurrency: 0 }, 'concurrency', /Too small/],
  ['a short secret', { ...hook, secret: 'whsec_YWJj' }, 'secret', /24 to 64 bytes/],
  ['an unknown field', { ...hook, event: '*' }, '', /Unrecognized key/],
  ['an unknown schedule', { ...hook, retry: { preset: 'often' } }, 'retry', /Invalid/],
  ['half a limit', { ...hook, rateLimit: { requests: 1 } }, 'rateLimit.perSeconds', /number/],
])('a webhook with %s is answered 422 with the field and the reason', async (...row) => {
  const [, input, field, reason] = row
  platform()
  const answer = await call('POST', '/webhooks', JSON.stringify(input))
  expect(answer.status).toBe(422)
  const details = { field, reason: expect.stringMatching(reason) }
  expect(await answer.json()).toMatchObject({ error: { code: 'VALIDATION_ERROR', details } })
})

test.each([
  ['POST', '/webhooks', 'no', ''],
  ['POST', '/webhooks', '[]', ''],
  ['GET', '/webhooks?limit=101', undefined, 'limit'],
  ['GET', '/deliveries?page=0', undefined, 'page'],
])('%s %s with %s is answered 422', async (method, path, body, field) => {
  platform()
  const answer = await call(method, path, body)
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({ error: { details: { field } } })
})

test.each([
  ['an unknown event', { ...hook, events: [uncheckedName('dokument.*')] }, 'UNKNOWN_EVENT_TYPE'],
  ['a relative URL', { ...hook, url: 'app' }, 'URL_NOT_ALLOWED'],
  ['credentials in its URL', { ...hook, url: 'https://a:b@c.example' }, 'URL_NOT_ALLOWED'],
  ['a header of the platform', { ...hook, headers: { 'webhook-id': '1' } }, 'RESERVED_HEADER'],
])('a webhook with %s is answered by its own code', async (_, input, code) => {
  const { webhooks } = platform()
  expect(await rejection(webhooks.create(input))).toMatchObject({ status: 400, code })
})

test('one webhook more than the limit is answered 409', async () => {
  const { webhooks } = platform({ maxWebhooks: 1 })
  await webhooks.create(hook)
  const error = await rejection(webhooks.create(hook))
  expect(error).toMatchObject({ status: 409, code: 'LIMIT_REACHED' })
})

test('a POST that is repeated with its key takes effect once', async () => {
  const { webhooks } = platform()
  const first = await webhooks.create(hook, { idempotencyKey: 'setup' })
  const again = await webhooks.create(hook, { idempotencyKey: 'setup' })
  expect(again).toEqual(first)
  expect((await webhooks.list()).pagination.total).toBe(1)
  const error = await rejection(
    webhooks.create({ ...hook, active: false }, { idempotencyKey: 'setup' }),
  )
  expect(error).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' })
})

test('a test runs once and shows what was sent, also while the webhook is inactive', async () => {
  const { webhooks, deliveries } = platform()
  await webhooks.create({ ...hook, active: false })
  const delivery = await webhooks.test('webhook-1', { data: { note: 'ü' } })
  expect(delivery).toMatchObject({ status: 'delivered', trigger: 'test', maxAttempts: 1 })
  expect(delivery.eventType).toBe('webhook.test')
  const [attempt] = delivery.attempts
  const body = attempt?.request.body ?? ''
  expect(JSON.parse(body)).toMatchObject({ type: 'webhook.test', data: { note: 'ü' } })
  expect(attempt?.request.bytes).toBe(Buffer.byteLength(body))
  expect(await deliveries.get(delivery.id)).toEqual(delivery)
  const error = await rejection(webhooks.test('webhook-1', { eventType: 'no.such' }))
  expect(error).toMatchObject({ code: 'UNKNOWN_EVENT_TYPE' })
})

test('a failing endpoint shows in the delivery, the health and the figures', async () => {
  const { webhooks, events } = platform({ endpointStatus: () => 503 })
  await webhooks.create(hook)
  const test1 = await webhooks.test('webhook-1')
  expect(test1).toMatchObject({
    status: 'failed',
    lastStatusCode: 503,
    lastError: { code: 'http_status' },
  })
  await events.emit(uploaded)
  const { data } = await webhooks.deliveries('webhook-1', { status: 'retrying' })
  expect(data).toMatchObject([{ eventType: 'document.uploaded', completedAt: null }])
  expect((await webhooks.get('webhook-1')).health.consecutiveFailures).toBe(2)
  expect(await webhooks.stats('webhook-1')).toMatchObject({
    total: 2,
    failed: 1,
    retrying: 1,
    successRate: 0,
    byStatusCode: { '503': 2 },
    byEventType: { 'webhook.test': 1, 'document.uploaded': 1 },
  })
})

test('an event goes to the webhooks that are subscribed, active and not filtered', async () => {
  const { webhooks, events, deliveries } = platform()
  await webhooks.create(hook)
  await webhooks.create({ ...hook, active: false })
  await webhooks.create({ ...hook, filters: { workspaceIds: ['workspace-9'] } })
  await webhooks.create({ ...hook, events: ['chat.message'] })
  const own = { ...uploaded, id: 'msg_own' }
  const emitted = await events.emit(own)
  expect(emitted).toEqual({
    id: 'msg_own',
    duplicate: false,
    deliveries: [{ id: 'delivery-1', webhookId: 'webhook-1' }],
    skipped: [
      { webhookId: 'webhook-2', reason: 'inactive' },
      { webhookId: 'webhook-3', reason: 'filtered' },
    ],
  })
  expect(await events.emit(own)).toEqual({ ...emitted, duplicate: true, skipped: [] })
  const other = await rejection(events.emit({ ...own, data: { ...own.data, name: 'other.pdf' } }))
  expect(other).toMatchObject({ status: 409, code: 'EVENT_ID_CONFLICT' })
  expect((await events.get('msg_own')).type).toBe('document.uploaded')
  expect((await events.list({ type: 'user.login' })).data).toEqual([])
  expect((await deliveries.list({ eventId: 'msg_own' })).pagination.total).toBe(1)
})

test('redelivering makes a new delivery of the same event, or of a new one', async () => {
  let status = 500
  const { webhooks, deliveries } = platform({ endpointStatus: () => status })
  await webhooks.create(hook)
  const failed = await webhooks.test('webhook-1')
  status = 200
  const again = await deliveries.redeliver(failed.id)
  expect(again).toMatchObject({
    id: 'delivery-2',
    status: 'pending',
    trigger: 'redelivery',
    redeliveryOf: failed.id,
    eventId: failed.eventId,
  })
  expect((await deliveries.get('delivery-2')).status).toBe('delivered')
  expect(again).not.toHaveProperty('attempts')
  const renewed = await deliveries.redeliver(failed.id, { asNewEvent: true })
  expect(renewed.eventId).not.toBe(failed.eventId)
  const { data } = await deliveries.list({ webhookId: 'webhook-1' })
  expect(data.map(({ id }) => id)).toEqual(['delivery-3', 'delivery-2', 'delivery-1'])
  await webhooks.update('webhook-1', { active: false })
  const error = await rejection(deliveries.redeliver(failed.id))
  expect(error).toMatchObject({ status: 409, code: 'WEBHOOK_INACTIVE' })
  expect(await rejection(deliveries.redeliver('delivery-9'))).toMatchObject({ status: 404 })
})

test('an open delivery can be cancelled and not redelivered, a final one the reverse', async () => {
  const { webhooks, deliveries, events } = platform({ endpointStatus: () => 500 })
  await webhooks.create(hook)
  await events.emit(uploaded)
  const open = await rejection(deliveries.redeliver('delivery-1'))
  expect(open).toMatchObject({ status: 409, code: 'DELIVERY_OPEN' })
  const cancelled = await deliveries.cancel('delivery-1')
  expect(cancelled).toMatchObject({ status: 'cancelled', nextAttemptAt: null })
  const closed = await rejection(deliveries.cancel('delivery-1'))
  expect(closed).toMatchObject({ status: 409, code: 'DELIVERY_CLOSED' })
  await events.emit(uploaded)
  await webhooks.delete('webhook-1')
  expect(await deliveries.get('delivery-2')).toMatchObject({ status: 'cancelled' })
})

test('recovering sends again what failed and has not succeeded since', async () => {
  let status = 500
  const { webhooks, deliveries, events } = platform({ endpointStatus: () => status })
  await webhooks.create({ ...hook, retry: { preset: 'none' } })
  await events.emitMany([uploaded, uploaded])
  // A test that failed is nobody's loss.
  await webhooks.test('webhook-1')
  status = 200
  await deliveries.redeliver('delivery-1')
  const since = new Date(Date.now() - 60_000)
  const counted = await webhooks.recover('webhook-1', { since, dryRun: true })
  expect(counted).toEqual({ matched: 1, queued: 0 })
  expect(await webhooks.recover('webhook-1', { since })).toEqual({ matched: 1, queued: 1 })
  expect(await webhooks.recover('webhook-1', { since })).toEqual({ matched: 0, queued: 0 })
  const long = await rejection(webhooks.recover('webhook-1', { since: new Date(0) }))
  expect(long).toMatchObject({ code: 'RANGE_TOO_LARGE' })
  await webhooks.update('webhook-1', { active: false })
  const inactive = await rejection(webhooks.recover('webhook-1', { since }))
  expect(inactive).toMatchObject({ status: 409, code: 'WEBHOOK_INACTIVE' })
  const wide = await rejection(webhooks.stats('webhook-1', { since: new Date(0) }))
  expect(wide).toMatchObject({ code: 'INVALID_RANGE' })
})

test('there are the 19 types of events', async () => {
  const { eventTypes } = platform()
  const types = await eventTypes.list()
  expect(types).toHaveLength(19)
  expect(types[0]).toMatchObject({ type: 'document.uploaded', schema: {}, example: {} })
})

test('each call makes a platform of its own', async () => {
  const first = platform()
  await first.webhooks.create(hook)
  expect((await first.webhooks.list()).data).toHaveLength(1)
  expect((await platform().webhooks.list()).data).toHaveLength(0)
})

test('another base is imitated just as well', async () => {
  const baseUrl = 'https://ainexlayer.example.com/api/v1/'
  platform({ baseUrl })
  const { webhooks } = createClient({ apiKey: 'key-1', baseUrl })
  expect((await webhooks.list()).data).toEqual([])
})
