import { expect, test } from 'vitest'
import { createClient, isApiUsageError } from '../../src/index.ts'
import { answering, apiKey, ok, rejection, startServer } from '../fake-api.ts'

const server = startServer()
const client = createClient({ apiKey })

test.each([
  ['no API key', { apiKey: undefined }, /`apiKey` is missing/],
  ['an empty API key', { apiKey: '' }, /`apiKey` is missing/],
  ['a relative base', { apiKey, baseUrl: '/api/v1' }, /`baseUrl`/],
  ['a base of another scheme', { apiKey, baseUrl: 'ftp://a.example' }, /`baseUrl`/],
  ['a base with credentials', { apiKey, baseUrl: 'https://me:pass@a.example' }, /`baseUrl`/],
  ['a base with a query', { apiKey, baseUrl: 'https://a.example/?a=b' }, /`baseUrl`/],
  ['no time at all', { apiKey, timeoutMs: 0 }, /`timeoutMs`/],
  ['a time that no timer holds', { apiKey, timeoutMs: 2 ** 31 }, /`timeoutMs`/],
  ['a time that is no number', { apiKey, timeoutMs: Number.NaN }, /`timeoutMs`/],
  ['half a retry', { apiKey, maxRetries: 0.5 }, /`maxRetries`/],
  ['less than no retries', { apiKey, maxRetries: -1 }, /`maxRetries`/],
])('a client with %s is refused at once', (_, options, message) => {
  expect(() => createClient(options)).toThrow(message)
})

/** A function as plain JavaScript calls it, which no compiler looks at. */
const loose = (run: unknown) => run as (...args: unknown[]) => unknown

test.each([
  ['nothing', [], /The options of `createClient` are missing/],
  ['a misspelt option', [{ apiKey, timeout: 5 }], /no option `timeout`\. It has .*`timeoutMs`/],
])('in plain JavaScript, a client with %s is told so', (_, args, message) => {
  expect(() => loose(createClient)(...args)).toThrow(message)
})

test('in plain JavaScript, a call with a misspelt option is told so, and nothing is sent', async () => {
  const seen = answering(server, ok())
  const call = loose(client.webhooks.get)('webhook-1', { retries: 5 })
  expect(await rejection(Promise.resolve(call))).toMatchObject({
    code: 'option_invalid',
    message: expect.stringContaining('a call has no option `retries`. It has `signal`'),
  })
  expect(seen).toEqual([])
})

const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

test.each([
  ['an empty id', () => client.webhooks.delete('')],
  ['an id that leads upwards', () => client.webhooks.delete('..')],
  ['an empty id of a list', () => client.webhooks.deliveries('')],
  ['a date that is none', () => client.deliveries.list({ before: new Date('no') })],
  [
    'a body with a bigint',
    () => client.events.emit({ type: 'user.login', data: 1n, validate: false }),
  ],
  [
    'a body that contains itself',
    () => client.events.emit({ type: 'user.login', data: cyclic, validate: false }),
  ],
  ['an unusable timeout', () => client.webhooks.get('webhook-1', { timeoutMs: -1 })],
  ['an unusable count', () => client.webhooks.get('webhook-1', { maxRetries: 1.5 })],
  [
    'an unusable idempotency key',
    () => client.webhooks.test('webhook-1', {}, { idempotencyKey: 'a b' }),
  ],
])('a call with %s rejects, and nothing is sent', async (_, call) => {
  const seen = answering(server, ok())
  expect(isApiUsageError(await rejection(call()))).toBe(true)
  expect(seen).toEqual([])
})
