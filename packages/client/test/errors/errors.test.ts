import { inspect } from 'node:util'
import { HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import {
  ApiConnectionError,
  ApiError,
  createClient,
  isApiConnectionError,
  isApiError,
  isApiTimeoutError,
  isApiUsageError,
  isClientError,
} from '../../src/index.ts'
import { answering, apiKey, broken, ok, refusal, rejection, startServer } from '../fake-api.ts'

const server = startServer()
const client = createClient({ apiKey, maxRetries: 0, timeoutMs: 1_000 })

test('an error of the platform comes with its status, code, details, and how to mend it', async () => {
  answering(
    server,
    refusal(422, 'VALIDATION_ERROR', {
      message: 'The input is not valid.',
      details: { field: 'url', reason: 'is required' },
      headers: { 'x-request-id': 'request-1' },
    }),
  )
  const error = await rejection(client.webhooks.update('webhook-1', { url: '' }))
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({
    name: 'ApiError',
    status: 422,
    code: 'VALIDATION_ERROR',
    details: { field: 'url', reason: 'is required' },
    requestId: 'request-1',
    message:
      'PATCH /webhooks/webhook-1 was answered 422 VALIDATION_ERROR: The input is not valid. ' +
      'Correct the input: `details` names the field and the reason.',
  })
})

test.each([
  [401, 'UNAUTHORIZED', /apiKey/],
  [404, 'NOT_FOUND', /Check the id/],
  [409, 'LIMIT_REACHED', /Delete a webhook/],
  [429, 'RATE_LIMITED', /fewer requests/],
  [418, 'NEW_CODE', /`code` and `details`/],
  [503, 'MAINTENANCE', /Try again later/],
])('%i %s tells how to mend it, known code or not', async (status, code, fix) => {
  answering(server, refusal(status, code))
  const error = await rejection(client.webhooks.get('webhook-1'))
  expect(error).toMatchObject({ status, code, details: undefined, fix: expect.stringMatching(fix) })
})

test.each([
  ['text', 'too long', { reason: 'too long' }],
  [
    'a field that is no text',
    { field: 1, reason: 'bad', path: 'a.b' },
    { reason: 'bad', path: 'a.b' },
  ],
  ['a number', 7, undefined],
])('details that are %s keep their type', async (_, details, expected) => {
  answering(server, refusal(400, 'VALIDATION_ERROR', { details }))
  const error = await rejection(client.webhooks.get('webhook-1'))
  expect(isApiError(error) && error.details).toEqual(expected)
})

test.each([
  ['HTML', () => HttpResponse.html('<h1>Sign in</h1>')],
  ['JSON cut off in the middle', () => new HttpResponse('{"success":true,"data":{"id"')],
  ['nothing', () => new HttpResponse(null, { status: 204 })],
  ['JSON that is no object', () => HttpResponse.json([1])],
  ['JSON of another API', () => HttpResponse.json({ id: 'webhook-1' })],
  ['an empty success', () => HttpResponse.json({ success: true, data: null })],
  ['an error without a code', () => HttpResponse.json({ success: false }, { status: 400 })],
  [
    'a success with a failing status',
    () => HttpResponse.json({ success: true, data: {} }, { status: 400 }),
  ],
])('an answer of %s is unexpected, and is not quoted', async (_, answer) => {
  answering(server, answer)
  const error = await rejection(client.webhooks.get('webhook-1'))
  expect(error).toMatchObject({
    name: 'ApiError',
    code: 'UNEXPECTED_ANSWER',
    status: answer().status,
  })
  expect(String(error)).toMatch(/baseUrl/)
  expect(String(error)).not.toMatch(/Sign in/)
})

test('a redirect is not followed: it would turn a POST into a GET', async () => {
  const seen = answering(
    server,
    () => new HttpResponse(null, { status: 301, headers: { location: '/api/v1/webhooks' } }),
    ok(),
  )
  const error = await rejection(client.webhooks.create({ url: 'https://a.example', events: ['*'] }))
  expect(error).toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 301 })
  expect(String(error)).toMatch(/redirect/)
  expect(seen).toHaveLength(1)
})

test('a connection that fails comes with its cause', async () => {
  answering(server, broken)
  const error = await rejection(client.webhooks.get('webhook-1'))
  expect(error).toBeInstanceOf(ApiConnectionError)
  expect(error).toMatchObject({ name: 'ApiConnectionError', code: 'connection_failed' })
  expect(error).toHaveProperty('cause', expect.any(TypeError))
  expect(String(error)).toMatch(/GET \/webhooks\/webhook-1 .*`baseUrl`/)
})

test('the guards tell the classes apart, also across two copies of the package', async () => {
  answering(server, broken)
  const connection = await rejection(client.webhooks.get('webhook-1'))
  const timeout = await rejection(
    createClient({
      apiKey,
      maxRetries: 0,
      timeoutMs: 1,
      fetch: () => new Promise(() => {}),
    }).webhooks.get('webhook-1'),
  )
  const usage = await rejection(client.webhooks.get(''))
  const api = new ApiError({ status: 404, code: 'NOT_FOUND', message: 'There is none.' })
  const otherCopy = { [Symbol.for('@ainexlayer/webhooks-client.error')]: 'api' }
  const guards = [
    isClientError,
    isApiError,
    isApiConnectionError,
    isApiTimeoutError,
    isApiUsageError,
  ]
  const judged = [api, otherCopy, connection, timeout, usage, new Error('other'), null].map(
    (error) => guards.map((guard) => (guard(error) ? 'x' : '-')).join(''),
  )
  expect(judged).toEqual(['xx---', 'xx---', 'x-x--', 'x--x-', 'x---x', '-----', '-----'])
})

test('no error contains the API key, even when the platform quotes it', async () => {
  const quoting = refusal(401, 'UNAUTHORIZED', {
    message: `The key ${apiKey} is not valid`,
    details: { reason: `Bearer ${apiKey}`, seen: [apiKey] },
  })
  const html = () => HttpResponse.html(`<p>${apiKey}</p>`, { status: 502 })
  for (const answer of [quoting, html, broken]) {
    answering(server, answer)
    const error = await rejection(client.webhooks.get('webhook-1'))
    expect(isClientError(error)).toBe(true)
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(apiKey)
    expect(JSON.stringify(error)).not.toContain(apiKey)
  }
  for (const key of [`${apiKey}\n`, `${apiKey} x`, `${apiKey}\u2026`]) {
    expect(() => createClient({ apiKey: key })).toThrow(/`apiKey` contains/)
    expect(() => createClient({ apiKey: key })).not.toThrow(apiKey)
  }
})

test('what somebody searched for is not in an error', async () => {
  answering(server, refusal(401, 'UNAUTHORIZED'))
  const error = await rejection(client.webhooks.list({ search: 'anna' }))
  expect(String(error)).toMatch(/GET \/webhooks was answered 401/)
})
