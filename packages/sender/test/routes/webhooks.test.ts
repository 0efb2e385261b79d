import { createClient } from '@ainexlayer/webhooks-client'
import { expect, test } from 'vitest'
import { receive } from '../receiving.ts'
import { apiKey, start, startSender } from '../sending.ts'

const target = 'http://127.0.0.1:9/hook'
const problem = (status: number, code: string) => expect.objectContaining({ status, code })

test('a webhook is created with its secret, which is not shown again', async () => {
  const { client } = await startSender()
  const made = await client.webhooks.create({
    url: target,
    events: ['document.*'],
    description: 'the search index',
    headers: { 'x-tenant': 'acme' },
  })
  expect(made).toMatchObject({
    id: 'webhook-1',
    url: target,
    events: ['document.*'],
    active: true,
    concurrency: 4,
    headerNames: ['x-tenant'],
    createdAt: new Date(start).toISOString(),
  })
  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const read = await client.webhooks.get(made.id)
  expect(JSON.stringify(read)).not.toContain(made.secret)
  expect(JSON.stringify(read)).not.toContain('acme')
  expect(read.secrets).toEqual([
    { hint: made.secret.slice(-4), createdAt: read.createdAt, expiresAt: null },
  ])
  expect(read.health).toMatchObject({ consecutiveFailures: 0, failingSince: null })
})

test('a secret of one’s own is taken', async () => {
  const { client } = await startSender()
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  expect(await client.webhooks.create({ url: target, events: ['*'], secret })).toMatchObject({
    secret,
  })
})

test('what a webhook may not be is refused, with the field', async () => {
  const { client } = await startSender()
  const cases = [
    [{ url: target, events: [] }, 422, 'VALIDATION_ERROR', 'events'],
    [{ url: target, events: ['*'], concurrency: 0 }, 422, 'VALIDATION_ERROR', 'concurrency'],
    [{ url: target, events: ['*'], secret: 'abc' }, 422, 'VALIDATION_ERROR', 'secret'],
    [{ url: target, events: ['document.upload'] }, 400, 'UNKNOWN_EVENT_TYPE', 'events'],
    [{ url: 'ftp://example.com', events: ['*'] }, 400, 'URL_NOT_ALLOWED', 'url'],
    [{ url: 'http://u:p@example.com', events: ['*'] }, 400, 'URL_NOT_ALLOWED', 'url'],
    [
      { url: target, events: ['*'], headers: { 'Webhook-Id': 'x' } },
      400,
      'RESERVED_HEADER',
      'headers',
    ],
  ] as const
  for (const [input, status, code, field] of cases) {
    // Some of it no type lets through.
    await expect(client.webhooks.create(JSON.parse(JSON.stringify(input)))).rejects.toMatchObject({
      status,
      code,
      details: { field, reason: expect.any(String) },
    })
  }
})

test('without allowPrivateTargets only public https is a target', async () => {
  const { client } = await startSender({ allowPrivateTargets: false })
  for (const url of [
    'http://example.com/hook',
    'https://127.0.0.1/hook',
    'https://2130706433/hook',
    'https://0x7f.1/hook',
    'https://[::1]/hook',
    'https://[::ffff:10.0.0.1]/hook',
    'https://10.1.2.3/hook',
    'https://169.254.169.254/latest',
    'https://localhost/hook',
    'https://localhost./hook',
    'https://api.localhost/hook',
  ]) {
    await expect(client.webhooks.create({ url, events: ['*'] }), url).rejects.toEqual(
      problem(400, 'URL_NOT_ALLOWED'),
    )
  }
  await client.webhooks.create({ url: 'https://example.com/hook', events: ['*'] })
})

test('there are no more webhooks than allowed', async () => {
  const { client } = await startSender({ maxWebhooks: 1 })
  await client.webhooks.create({ url: target, events: ['*'] })
  await expect(client.webhooks.create({ url: target, events: ['*'] })).rejects.toEqual(
    problem(409, 'LIMIT_REACHED'),
  )
})

test('webhooks are listed in pages, and by what is asked', async () => {
  const { client } = await startSender()
  for (let index = 0; index < 5; index++) {
    await client.webhooks.create({
      url: `${target}/${index}`,
      events: [index === 3 ? 'user.login' : '*'],
      active: index !== 4,
    })
  }
  const page = await client.webhooks.list({ page: 2, limit: 2 })
  expect(page.pagination).toEqual({ page: 2, limit: 2, total: 5, totalPages: 3, nextCursor: '4' })
  expect(page.data.map(({ id }) => id)).toEqual(['webhook-3', 'webhook-4'])
  const all = []
  for await (const { id } of client.webhooks.list({ limit: 2 })) all.push(id)
  expect(all).toEqual([1, 2, 3, 4, 5].map((n) => `webhook-${n}`))
  const ids = async (query: Parameters<typeof client.webhooks.list>[0]) =>
    (await client.webhooks.list(query)).data.map(({ id }) => id)
  expect(await ids({ active: false })).toEqual(['webhook-5'])
  expect(await ids({ event: 'user.login' })).toEqual(['webhook-4'])
  expect(await ids({ search: 'hook/1' })).toEqual(['webhook-2'])
  await expect(client.webhooks.list({ limit: 101 })).rejects.toMatchObject({
    status: 422,
    details: { field: 'limit' },
  })
})

test('a webhook is changed field by field', async () => {
  const { client } = await startSender()
  const { id } = await client.webhooks.create({ url: target, events: ['*'] })
  await client.webhooks.update(id, { events: ['chat.message'], concurrency: 9 })
  expect(await client.webhooks.update(id, { active: false })).toMatchObject({
    url: target,
    events: ['chat.message'],
    concurrency: 9,
    active: false,
    disabledReason: 'manual',
  })
  expect(await client.webhooks.update(id, { active: true })).toMatchObject({
    active: true,
    disabledReason: null,
  })
  await expect(client.webhooks.update(id, { url: 'gopher://x' })).rejects.toEqual(
    problem(400, 'URL_NOT_ALLOWED'),
  )
})

test('a deleted webhook is gone, and its open deliveries are cancelled', async () => {
  const { client, sender } = await startSender()
  const { id } = await client.webhooks.create({ url: target, events: ['*'] })
  await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
  await sender.idle()
  expect(await client.webhooks.delete(id)).toEqual({ id, deleted: true })
  await expect(client.webhooks.get(id)).rejects.toEqual(problem(404, 'NOT_FOUND'))
  expect((await client.deliveries.list()).data).toEqual([
    expect.objectContaining({ status: 'cancelled', nextAttemptAt: null }),
  ])
})

test('what is not there is 404, whatever is asked of it', async () => {
  const { client } = await startSender()
  for (const id of ['webhook-99', 'nonsense', 'webhook-1e3']) {
    for (const call of [
      () => client.webhooks.get(id),
      () => client.webhooks.update(id, {}),
      () => client.webhooks.delete(id),
      () => client.webhooks.rotateSecret(id),
      () => client.webhooks.test(id),
      () => client.webhooks.stats(id),
      () => client.webhooks.recover(id, { since: new Date(start) }),
      () => client.webhooks.deliveries(id),
      () => client.deliveries.get(id.replace('webhook', 'delivery')),
      () => client.deliveries.redeliver(id.replace('webhook', 'delivery')),
      () => client.deliveries.cancel(id.replace('webhook', 'delivery')),
      () => client.events.get(id),
    ]) {
      await expect(call()).rejects.toEqual(problem(404, 'NOT_FOUND'))
    }
  }
})

test('a rotated secret signs along with the old one for its grace period', async () => {
  const { client, sender, clock } = await startSender()
  const { url, received } = await receive()
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  const send = async () => {
    await client.events.emit({ type: 'user.deleted', data: { id: 'user-1' } })
    await sender.idle()
    return String(received.at(-1)?.headers['webhook-signature']).split(' ').length
  }
  expect(await send()).toBe(1)
  const rotated = await client.webhooks.rotateSecret(id, { gracePeriodSeconds: 3600 })
  expect(rotated.previousSecretExpiresAt).toBe(new Date(start + 3_600_000).toISOString())
  expect(await send()).toBe(2)
  clock.moveTo(start + 3_600_000)
  expect(await send()).toBe(1)
  expect((await client.webhooks.get(id)).secrets).toHaveLength(1)
})

test('no more than three secrets sign at once', async () => {
  const { client } = await startSender()
  const { id } = await client.webhooks.create({ url: target, events: ['*'] })
  await client.webhooks.rotateSecret(id)
  await client.webhooks.rotateSecret(id)
  await expect(client.webhooks.rotateSecret(id)).rejects.toEqual(
    problem(409, 'TOO_MANY_ACTIVE_SECRETS'),
  )
  await client.webhooks.rotateSecret(id, { gracePeriodSeconds: 0 })
  expect((await client.webhooks.get(id)).secrets).toHaveLength(1)
})

test('who has no key or a wrong one gets nothing', async () => {
  const { url } = await startSender()
  for (const key of ['wrong', `${apiKey}x`]) {
    const stranger = createClient({ apiKey: key, baseUrl: url, maxRetries: 0 })
    await expect(stranger.webhooks.list()).rejects.toEqual(problem(401, 'UNAUTHORIZED'))
  }
  const bare = await fetch(`${url}/webhooks`)
  expect([bare.status, await bare.json()]).toEqual([
    401,
    { success: false, error: { code: 'UNAUTHORIZED', message: expect.any(String) } },
  ])
})

test('who calls too often is told when to come again', async () => {
  const { client, url } = await startSender({ apiRateLimit: { requests: 3, perSeconds: 60 } })
  for (let call = 0; call < 3; call++) await client.webhooks.list()
  await expect(client.webhooks.list()).rejects.toEqual(problem(429, 'RATE_LIMITED'))
  const refused = await fetch(`${url}/webhooks`, { headers: { authorization: `Bearer ${apiKey}` } })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a body that is no JSON, or too large, is refused', async () => {
  const { url } = await startSender()
  const send = (body: string) =>
    fetch(`${url}/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body,
    })
  expect((await send('{')).status).toBe(422)
  expect((await send(`"${'x'.repeat(400_000)}"`)).status).toBe(413)
})

test('a POST that is sent again under its Idempotency-Key is answered as before, and done once', async () => {
  const { client } = await startSender()
  const input = { url: target, events: ['*'] } as const
  const options = { idempotencyKey: 'one' }
  const first = await client.webhooks.create(input, options)
  expect(await client.webhooks.create(input, options)).toEqual(first)
  expect((await client.webhooks.list()).pagination.total).toBe(1)
  await expect(client.webhooks.create({ ...input, description: 'other' }, options)).rejects.toEqual(
    problem(409, 'IDEMPOTENCY_KEY_REUSED'),
  )
})

test('the API describes itself in OpenAPI 3.1, with the 19 events', async () => {
  const { url, client } = await startSender()
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    openapi: string
    paths: Record<string, object>
    webhooks: Record<string, object>
  }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.webhooks)).toHaveLength(19)
  expect(await client.eventTypes.list()).toHaveLength(19)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})
