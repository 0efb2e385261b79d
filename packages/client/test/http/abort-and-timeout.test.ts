import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { createClient, isApiTimeoutError } from '../../src/index.ts'
import { answering, apiKey, broken, ok, quickClient, rejection, startServer } from '../fake-api.ts'

const server = startServer()
const never = () => new Promise<Response>(() => {})
const stalledBody = () =>
  new HttpResponse(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{')) }))

test.each([
  ['never comes', never],
  ['stops in its body', stalledBody],
])('an answer that %s ends in a timeout', async (_, answer) => {
  answering(server, answer)
  const { client } = quickClient({ timeoutMs: 30, maxRetries: 0 })
  const error = await rejection(client.webhooks.get('webhook-1'))
  expect(isApiTimeoutError(error)).toBe(true)
  expect(error).toMatchObject({ name: 'ApiTimeoutError', code: 'timeout' })
  expect(String(error)).toMatch(/GET \/webhooks\/webhook-1 was not answered within 30 ms/)
})

test('a timeout is for one attempt, and the next one may succeed', async () => {
  const seen = answering(server, never, ok({ id: 'webhook-1' }))
  const { client } = quickClient()
  const webhook = await client.webhooks.get('webhook-1', { timeoutMs: 50 })
  expect(webhook.id).toBe('webhook-1')
  expect(seen).toHaveLength(2)
})

test('a fetch that ignores its signal is left behind', async () => {
  const { client } = quickClient({ timeoutMs: 30, maxRetries: 0, fetch: never })
  expect(isApiTimeoutError(await rejection(client.webhooks.get('webhook-1')))).toBe(true)
})

test('the request itself is ended by a timeout and by the caller', async () => {
  const signals: (AbortSignal | null | undefined)[] = []
  const fetch = (_: unknown, init?: RequestInit) => {
    signals.push(init?.signal)
    return never()
  }
  const { client } = quickClient({ fetch, timeoutMs: 30, maxRetries: 0 })
  await rejection(client.webhooks.get('webhook-1'))
  const controller = new AbortController()
  const call = rejection(client.webhooks.get('webhook-1', { signal: controller.signal }))
  controller.abort('enough')
  await call
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
})

test('a signal that is aborted already sends nothing', async () => {
  const seen = answering(server, ok())
  const reason = { stopped: true }
  const { client } = quickClient()
  const call = client.webhooks.get('webhook-1', { signal: AbortSignal.abort(reason) })
  expect(await rejection(call)).toBe(reason)
  expect(seen).toEqual([])
})

test('an abort while the answer is awaited rejects with the reason itself, and is not retried', async () => {
  const controller = new AbortController()
  const reason = new Error('The user left')
  const seen = answering(server, () => {
    controller.abort(reason)
    return never()
  })
  const { client, waits } = quickClient()
  const call = client.webhooks.get('webhook-1', { signal: controller.signal })
  expect(await rejection(call)).toBe(reason)
  expect(seen).toHaveLength(1)
  expect(waits).toEqual([])
})

test('an abort while the body arrives rejects with the reason itself', async () => {
  const controller = new AbortController()
  const { client } = quickClient({
    fetch: async () => {
      setTimeout(() => controller.abort('enough'))
      return stalledBody()
    },
  })
  const call = client.webhooks.get('webhook-1', { signal: controller.signal })
  expect(await rejection(call)).toBe('enough')
})

test('an abort between two attempts ends the wait, with the real timer', async () => {
  const controller = new AbortController()
  const seen = answering(server, () => {
    setTimeout(() => controller.abort('enough'), 20)
    return broken()
  })
  const client = createClient({ apiKey, random: () => 1 })
  const startedAt = performance.now()
  const call = client.webhooks.get('webhook-1', { signal: controller.signal })
  expect(await rejection(call)).toBe('enough')
  expect(performance.now() - startedAt).toBeLessThan(400)
  expect(seen).toHaveLength(1)
})

test('the timeout of a signal of the caller stays what it is', async () => {
  answering(server, never)
  const { client } = quickClient()
  const error = await rejection(
    client.webhooks.get('webhook-1', { signal: AbortSignal.timeout(20) }),
  )
  expect(error).toBeInstanceOf(DOMException)
  expect(error).toHaveProperty('name', 'TimeoutError')
})

test('an abort ends an iteration before its next page', async () => {
  const controller = new AbortController()
  const seen = answering(server, () =>
    HttpResponse.json({
      success: true,
      data: [{ id: 'webhook-1' }],
      pagination: { page: 1, limit: 1, total: 9, totalPages: 9 },
    }),
  )
  const { client } = quickClient()
  const loop = async () => {
    for await (const _ of client.webhooks.list({}, { signal: controller.signal })) {
      controller.abort('enough')
    }
  }
  expect(await rejection(loop())).toBe('enough')
  expect(seen).toHaveLength(1)
})

test('no listener stays on a signal that outlives the call', async () => {
  answering(server, broken, ok())
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++
    add(...args)
  }
  const removed = new Set()
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    removed.add(args[1])
    remove(...args)
  }
  const client = createClient({ apiKey, random: () => 0 })
  await client.webhooks.get('webhook-1', { signal })
  expect({ listeners, removed: removed.size }).toEqual({ listeners: 3, removed: 3 })

  const { client: stuck } = quickClient({ fetch: never, timeoutMs: 20, maxRetries: 0 })
  await rejection(stuck.webhooks.get('webhook-1', { signal }))
  expect({ listeners, removed: removed.size }).toEqual({ listeners: 4, removed: 4 })
})
