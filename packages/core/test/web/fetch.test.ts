import { expect, test, vi } from 'vitest'
import { createReceiver, type SecretRequest } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const url = 'https://example.com/webhooks'

test('takes a Request and answers with a Response, also without its object', async () => {
  const { fetch } = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  const response = await fetch(
    new Request(url, await signedRequest({ event: fixture('chat.message') })),
  )
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.text()).toBe('{"outcome":"processed"}')
})

test('a Request that was read already is named as such', async () => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  const request = new Request(url, await signedRequest({ event: fixture('chat.message') }))
  await request.text()
  const response = await receiver.fetch(request)
  expect([response.status, await response.text()]).toEqual([500, '{"error":"body_already_parsed"}'])
})

test('a Request without a body is refused', async () => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  expect((await receiver.fetch(new Request(url, { method: 'POST' }))).status).toBe(400)
})

test('the secret may come from the bindings of a Worker', async () => {
  const receiver = createReceiver({
    secret: ({ env }: SecretRequest<{ WEBHOOK_SECRET: string }>) => env.WEBHOOK_SECRET,
    logger: quiet,
  }).on('*', () => {})
  const send = async (env: object) =>
    receiver.fetch(new Request(url, await signedRequest({ event: fixture('chat.message') })), env)
  expect((await send({ WEBHOOK_SECRET: testSecret })).status).toBe(200)
  expect((await send({})).status).toBe(500)
})

test('work that outlives the deadline is handed to waitUntil', async () => {
  let finish = (): void => {}
  const receiver = createReceiver({ secret: testSecret, logger: quiet, deadlineMs: 5 }).on(
    '*',
    () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
  )
  const waitUntil = vi.fn<(work: Promise<unknown>) => void>()
  const request = await signedRequest({ event: fixture('chat.message') })
  const response = await receiver.fetch(new Request(url, request), {}, { waitUntil })
  expect(response.status).toBe(503)
  finish()
  await waitUntil.mock.calls[0]?.[0]
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
})

test('what a refusal leaves of a body is taken in before the answer', async () => {
  const { fetch } = createReceiver({ secret: testSecret, logger: quiet })
  let chunks = 0
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (++chunks > 20) controller.close()
      else controller.enqueue(new Uint8Array(100_000))
    },
  })
  const headers = { 'content-length': '2000000' }
  const response = await fetch(new Request(url, { method: 'POST', headers, body, duplex: 'half' }))
  expect([response.status, chunks]).toEqual([413, 21])
})

test('a refused body that never ends does not keep the answer', async () => {
  const { fetch } = createReceiver({ secret: testSecret, logger: quiet })
  const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) })
  const headers = { 'content-length': '2000000' }
  const waited: Promise<unknown>[] = []
  const context = { waitUntil: (work: Promise<unknown>) => void waited.push(work) }
  const request = new Request(url, { method: 'POST', headers, body, duplex: 'half' })
  expect((await fetch(request, undefined, context)).status).toBe(413)
  expect(waited).toHaveLength(1)
})

test('a context whose waitUntil throws changes nothing', async () => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet }).on('*', () => {})
  const waitUntil = () => {
    throw new TypeError('Illegal invocation')
  }
  const request = new Request('http://x.test', {
    ...(await signedRequest({ event: fixture('chat.message') })),
    headers: {},
  })
  expect((await receiver.fetch(request, {}, { waitUntil })).status).toBe(400)
})
