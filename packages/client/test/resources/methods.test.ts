import { expect, test } from 'vitest'
import { type Client, createClient } from '../../src/index.ts'
import { answering, apiKey, ok, page, startServer } from '../fake-api.ts'

const server = startServer()
const client = createClient({ apiKey })
const since = new Date('2024-01-15T10:30:00Z')
const sinceText = '2024-01-15T10:30:00.000Z'
const created = { url: 'https://app.example.com/hooks', events: ['document.*'] } as const

const calls: [string, (client: Client) => Promise<unknown>, string, unknown][] = [
  ['webhooks.create', (c) => c.webhooks.create(created), 'POST /webhooks', created],
  ['webhooks.get', (c) => c.webhooks.get('webhook-1'), 'GET /webhooks/webhook-1', undefined],
  [
    'webhooks.update',
    (c) => c.webhooks.update('webhook-1', { active: false }),
    'PATCH /webhooks/webhook-1',
    { active: false },
  ],
  [
    'webhooks.delete',
    (c) => c.webhooks.delete('webhook-1'),
    'DELETE /webhooks/webhook-1',
    undefined,
  ],
  [
    'webhooks.rotateSecret',
    (c) => c.webhooks.rotateSecret('webhook-1', { gracePeriodSeconds: 0 }),
    'POST /webhooks/webhook-1/rotate-secret',
    { gracePeriodSeconds: 0 },
  ],
  ['webhooks.test', (c) => c.webhooks.test('webhook-1'), 'POST /webhooks/webhook-1/test', {}],
  [
    'webhooks.recover',
    (c) => c.webhooks.recover('webhook-1', { since, dryRun: true }),
    'POST /webhooks/webhook-1/recover',
    { since: sinceText, dryRun: true },
  ],
  [
    'webhooks.stats',
    (c) => c.webhooks.stats('webhook-1', { since }),
    `GET /webhooks/webhook-1/stats?since=${sinceText}`,
    undefined,
  ],
  [
    'deliveries.get',
    (c) => c.deliveries.get('delivery-1'),
    'GET /deliveries/delivery-1',
    undefined,
  ],
  [
    'deliveries.redeliver',
    (c) => c.deliveries.redeliver('delivery-1', { asNewEvent: true }),
    'POST /deliveries/delivery-1/redeliver',
    { asNewEvent: true },
  ],
  [
    'deliveries.cancel',
    (c) => c.deliveries.cancel('delivery-1'),
    'POST /deliveries/delivery-1/cancel',
    undefined,
  ],
  [
    'events.emit',
    (c) => c.events.emit({ type: 'user.login', data: { userId: 'user-1' }, timestamp: since }),
    'POST /events',
    { type: 'user.login', data: { userId: 'user-1' }, timestamp: sinceText },
  ],
  ['events.get', (c) => c.events.get('msg_1'), 'GET /events/msg_1', undefined],
  ['eventTypes.list', (c) => c.eventTypes.list(), 'GET /event-types', undefined],
]

test.each(calls)('%s sends its method, path and body, and gives the data', async (...row) => {
  const [, call, request, body] = row
  const seen = answering(server, ok({ id: 'thing-1' }))
  expect(await call(client)).toEqual({ id: 'thing-1' })
  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([request])
  expect(seen[0]?.body).toEqual(body)
  expect(seen[0]?.headers.get('authorization')).toBe(`Bearer ${apiKey}`)
  expect(seen[0]?.headers.get('content-type')).toBe(body === undefined ? null : 'application/json')
  expect(seen[0]?.headers.has('idempotency-key')).toBe(request.startsWith('POST'))
})

const lists: [string, (client: Client) => Promise<unknown>, string][] = [
  [
    'webhooks.list',
    (c) => c.webhooks.list({ active: true, event: 'chat.message', search: 'a b', limit: 50 }),
    '/webhooks?active=true&event=chat.message&search=a+b&limit=50&page=1',
  ],
  [
    'webhooks.deliveries',
    (c) => c.webhooks.deliveries('webhook-1', { status: ['failed', 'cancelled'], page: 3 }),
    '/webhooks/webhook-1/deliveries?status=failed,cancelled&page=3',
  ],
  [
    'deliveries.list',
    (c) => c.deliveries.list({ webhookId: 'webhook-1', statusClass: '5xx', before: since }),
    `/deliveries?webhookId=webhook-1&statusClass=5xx&before=${sinceText}&page=1`,
  ],
  [
    'events.list',
    (c) => c.events.list({ type: 'user.login', after: sinceText }),
    `/events?type=user.login&after=${sinceText}&page=1`,
  ],
]

test.each(lists)('%s sends its query and gives a page', async (_, call, path) => {
  const seen = answering(server, page([{ id: 'thing-1' }], 1, 1))
  expect(await call(client)).toMatchObject({
    data: [{ id: 'thing-1' }],
    pagination: { page: 1, limit: 2, total: 2, totalPages: 1 },
  })
  expect(seen.map((request) => request.path)).toEqual([path])
})

test('an id cannot reach another resource', async () => {
  const seen = answering(server, ok())
  await client.webhooks.get('a/../b?c#d')
  expect(seen[0]?.path).toBe('/webhooks/a%2F..%2Fb%3Fc%23d')
})

test('a base with a slash at its end is the same base', async () => {
  const seen = answering(server, ok())
  await createClient({ apiKey, baseUrl: 'http://localhost:3001/api/v1//' }).webhooks.get(
    'webhook-1',
  )
  expect(seen[0]?.path).toBe('/webhooks/webhook-1')
})

test('a fetch that is replaced after the client was made is used, and one that is given wins', async () => {
  const before = globalThis.fetch
  const answer = async () => Response.json({ success: true, data: { id: 'replaced' } })
  globalThis.fetch = answer
  try {
    expect((await client.webhooks.get('webhook-1')).id).toBe('replaced')
  } finally {
    globalThis.fetch = before
  }
  const given = createClient({
    apiKey,
    fetch: async () => Response.json({ success: true, data: { id: 'given' } }),
  })
  expect((await given.webhooks.get('webhook-1')).id).toBe('given')
})
