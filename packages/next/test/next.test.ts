import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, fixtures, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import {
  addressCases,
  forwardedCases,
  nodeTouches,
  outcomeCases,
  quiet,
  type StartServer,
  touchedBodyCase,
  transportCases,
  webTouches,
} from '@ainexlayer/webhooks-conformance'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { useReceiver, useTouch } from './receiver-slot.ts'
import { putInFront, startNext } from './serve.ts'

let next: Awaited<ReturnType<typeof startNext>>
beforeAll(async () => {
  next = await startNext()
})
afterAll(() => next.close())

const at =
  (path: string): StartServer =>
  async (receiver) => {
    useReceiver(receiver)
    return { origin: next.origin, path, close: async () => {} }
  }

/** Behind Next the caller's address is unknown: an allowlist refuses everything there, which is the safe choice. */
describe.each([
  ['App Router', '/node'],
  ['Pages Router', '/api/webhooks'],
])('%s', (_, path) => {
  for (const { name, run } of [...outcomeCases, ...transportCases]) test(name, () => run(at(path)))
})

describe('App Router, a route of which the user’s own code touches the request', () => {
  for (const { touch, ...touched } of webTouches) {
    const { name, run } = touchedBodyCase(touched)
    test(name, () => {
      useTouch(touch)
      return run(at('/touched'))
    })
  }
})

/**
 * Next waits before it runs the route, so that bytes may be gone which something in front of it has listened to. The
 * App Router then answers itself, with an error page of 500, before the route is run.
 */
describe('Pages Router, with something in front of Next', () => {
  afterEach(() => putInFront())
  for (const { touch, becomes, words, ...touched } of nodeTouches) {
    const { name, run } = touchedBodyCase({
      ...touched,
      becomes: becomes === 'read' ? 'read or lost' : becomes,
      words: words ?? /began to read the stream|was read before|decoded as text|were handed over/,
    })
    test(name, () => {
      putInFront(touch)
      return run(at('/api/webhooks'))
    })
  }
})

describe('addresses, which only the Pages Router knows', () => {
  for (const { name, run } of [...addressCases, ...forwardedCases('socket')]) {
    test(name, () => run(at('/api/webhooks')))
  }
})

describe('addresses in the App Router, which knows only what proxies say', () => {
  for (const { name, run } of forwardedCases('nowhere')) test(name, () => run(at('/node')))
})

const post = (path: string, request: RequestInit) =>
  fetch(`${next.origin}${path}`, { ...request, signal: AbortSignal.timeout(5000) })
const answer = async (response: Response) => [response.status, await response.text()]
const newReceiver = () => createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})

test('the edge runtime gives the same answers', async () => {
  for (const event of Object.values(fixtures)) {
    for (const outcome of ['processed', 'duplicate']) {
      const response = await post('/edge', await signedRequest({ event }))
      expect(await answer(response)).toEqual([200, JSON.stringify({ outcome })])
    }
  }
  const forged = { ...(await signedRequest({ event: fixture('chat.message') })), body: '{}' }
  expect(await answer(await post('/edge', forged))).toEqual([401, '{"error":"invalid_signature"}'])
})

test('a secret that is missing at run time is misconfigured, although the build works without it', async () => {
  useReceiver(createReceiver({ secret: () => process.env['NO_SUCH_SECRET'], logger: quiet }))
  const request = await signedRequest({ event: fixture('chat.message') })
  for (const path of ['/node', '/api/webhooks']) {
    expect(await answer(await post(path, request))).toEqual([500, '{"error":"misconfigured"}'])
  }
})

test('a request whose body the route has read is named at once', async () => {
  useReceiver(newReceiver())
  const response = await post('/used', await signedRequest({ event: fixture('chat.message') }))
  expect(await answer(response)).toEqual([500, '{"error":"body_already_parsed"}'])
})

test('the Pages Router without its config is named at once, with the line to add', async () => {
  const error = vi.fn()
  useReceiver(createReceiver({ secret: testSecret, logger: { ...quiet, error } }))
  const response = await post(
    '/api/parsed',
    await signedRequest({ event: fixture('chat.message') }),
  )
  expect(await answer(response)).toEqual([500, '{"error":"body_already_parsed"}'])
  expect(error.mock.calls[0]?.[0].note).toContain(
    'export const config = { api: { bodyParser: false } }',
  )
})

test('headers() without its await is named, with it the request verifies', async () => {
  const response = await post('/headers', await signedRequest({ event: fixture('chat.message') }))
  expect(await response.json()).toMatchObject({
    forgotten: {
      ok: false,
      code: 'misconfigured',
      note: expect.stringContaining('await headers()'),
    },
    awaited: { ok: true },
  })
})

test('verifyWebhook hands the typed event and its bytes to the user’s own route', async () => {
  useReceiver(newReceiver())
  const request = await signedRequest({ event: fixture('user.created') })
  const response = await post('/verified', request)
  expect(response.status).toBe(202)
  expect(await response.json()).toEqual({
    type: 'user.created',
    bytes: Buffer.byteLength(String(request.body)),
  })
  const forged = await post('/verified', { ...request, body: '{}' })
  expect(await answer(forged)).toEqual([401, '{"error":"invalid_signature"}'])
})
