import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { safeVerify } from '@ainexlayer/webhooks'
import { fixtures, testSecret } from '@ainexlayer/webhooks/testing'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterEach, expect, test } from 'vitest'
import {
  type Clock,
  createMessage,
  deliver,
  type RetrySchedule,
  retryPresets,
} from '../src/index.ts'

interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** A receiver that answers with the given statuses, one after another, and keeps what it got. */
const receive = async (
  answer: (index: number, response: ServerResponse, request: IncomingMessage) => void,
) => {
  const received: Received[] = []
  server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    received.push({ headers, body: Buffer.concat(chunks).toString() })
    answer(received.length - 1, response, request)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { received, endpoint: { url: `http://127.0.0.1:${port}/hook`, secret: testSecret } }
}

const statuses =
  (...codes: number[]) =>
  (index: number, response: ServerResponse) =>
    void response.writeHead(codes[index] ?? 200).end()

/** A clock on which nobody waits: sleeping only moves it on. */
const virtualClock = (): Clock & { readonly slept: number[] } => {
  let now = Date.parse('2026-01-15T10:30:00Z')
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms)
      now += ms
    },
  }
}

const message = createMessage(fixtures['chat.message'])
const steady: RetrySchedule = { delaysSeconds: [0, 1, 2, 4], jitter: 0 }

test('what it sends is verified by core, by standardwebhooks and by svix', async () => {
  const { received, endpoint } = await receive(statuses(200))
  for (const event of Object.values(fixtures)) {
    const delivery = await deliver({ endpoint, message: createMessage(event) })
    expect(delivery).toMatchObject({ status: 'delivered', attempts: [{ outcome: 'delivered' }] })
  }
  expect(received).toHaveLength(19)
  for (const { headers, body } of received) {
    expect(await safeVerify({ headers, body, secret: testSecret })).toMatchObject({ ok: true })
    expect(new Webhook(testSecret).verify(body, headers)).toEqual(JSON.parse(body))
    expect(new SvixWebhook(testSecret).verify(body, headers)).toEqual(JSON.parse(body))
  }
})

test('every retry has the same id and bytes, and a timestamp and a signature of its own', async () => {
  const { received, endpoint } = await receive(statuses(500, 503, 200))
  const delivery = await deliver({ endpoint, message, retry: steady, clock: virtualClock() })
  expect(delivery.attempts.map(({ response }) => response?.statusCode)).toEqual([500, 503, 200])
  const of = (name: string) => new Set(received.map(({ headers }) => headers[name]))
  expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  expect(of('webhook-id')).toEqual(new Set([message.id]))
  expect(of('webhook-timestamp').size).toBe(3)
  expect(of('webhook-signature').size).toBe(3)
})

test('the standard schedule runs its ten attempts over 75 hours and then fails', async () => {
  const { received, endpoint } = await receive(statuses(...Array(20).fill(500)))
  const clock = virtualClock()
  const delivery = await deliver({ endpoint, message, clock, random: () => 0.5 })
  expect(delivery.status).toBe('failed')
  expect(received).toHaveLength(10)
  const hours = clock.slept.reduce((sum, ms) => sum + ms, 0) / 3_600_000
  expect(hours).toBeCloseTo(75.585, 2)
})

test('jitter moves a delay by up to its share, either way', async () => {
  const { endpoint } = await receive(statuses(...Array(20).fill(500)))
  const delaysWith = async (random: number) => {
    const clock = virtualClock()
    const retry = { delaysSeconds: [0, 10, 100], jitter: 0.2 }
    await deliver({ endpoint, message, retry, clock, random: () => random })
    return clock.slept
  }
  expect(await delaysWith(0)).toEqual([8_000, 80_000])
  expect(await delaysWith(1)).toEqual([12_000, 120_000])
})

test('Retry-After is honoured in seconds and as a date, within its bounds', async () => {
  const asked = ['30', 'Thu, 15 Jan 2026 10:31:00 GMT', '1', '999999', 'soon']
  const { endpoint } = await receive((index, response) =>
    response.writeHead(503, { 'retry-after': asked[index] ?? '' }).end(),
  )
  const clock = virtualClock()
  const retry = { delaysSeconds: [0, 10, 10, 10, 10, 10], jitter: 0 }
  await deliver({ endpoint, message, retry, clock })
  expect(clock.slept).toEqual([30_000, 30_000, 10_000, 3_600_000, 10_000])
})

test('410 ends the delivery at once', async () => {
  const { received, endpoint } = await receive(statuses(410))
  expect(await deliver({ endpoint, message, retry: steady })).toMatchObject({ status: 'gone' })
  expect(received).toHaveLength(1)
})

test('a redirect is a failed attempt and is not followed', async () => {
  const { received, endpoint } = await receive((_, response) =>
    response.writeHead(302, { location: '/elsewhere' }).end(),
  )
  const delivery = await deliver({ endpoint, message, retry: retryPresets.none })
  expect(delivery).toMatchObject({ status: 'failed', attempts: [{ error: { code: 'redirect' } }] })
  expect(received).toHaveLength(1)
})

test('an answer that does not come in time is a timeout, one that is cut off a reset', async () => {
  const hanging = await receive(() => {})
  const late = await deliver({ ...hanging, message, retry: retryPresets.none, timeoutMs: 50 })
  expect(late.attempts[0]?.error?.code).toBe('timeout')
  server?.closeAllConnections()
  const cutting = await receive((_, _response, request) => void request.socket.destroy())
  const cut = await deliver({ ...cutting, message, retry: retryPresets.none })
  expect(cut.attempts[0]?.error?.code).toBe('connection_reset')
})

test('an endpoint that nobody listens on is connect_refused, and is tried again', async () => {
  const { endpoint } = await receive(statuses(200))
  await new Promise((resolve) => server?.close(resolve))
  const delivery = await deliver({ endpoint, message, retry: steady, clock: virtualClock() })
  expect(delivery.attempts.map(({ error }) => error?.code)).toEqual(
    Array(4).fill('connect_refused'),
  )
})

test('only the first 16 KiB of an answer are kept', async () => {
  const { endpoint } = await receive((_, response) => void response.end('x'.repeat(100_000)))
  const { attempts } = await deliver({ endpoint, message })
  expect(attempts[0]?.response).toMatchObject({ truncated: true, body: 'x'.repeat(16 * 1024) })
})

test('an abort ends the waiting between two attempts', async () => {
  const { received, endpoint } = await receive(statuses(500))
  const controller = new AbortController()
  const retry = { delaysSeconds: [0, 3600], jitter: 0 }
  const delivering = deliver({ endpoint, message, retry, signal: controller.signal })
  setImmediate(() => controller.abort())
  expect(await delivering).toMatchObject({ status: 'failed' })
  expect(received).toHaveLength(1)
})

test('each fault shows on the wire and in the attempt', async () => {
  const { received, endpoint } = await receive(statuses(401, 401, 401))
  const faults = [
    { kind: 'tamperBody' },
    { kind: 'badSignature', how: 'wrongSecret' },
    { kind: 'timestamp', offsetSeconds: -600 },
  ] as const
  const codes = []
  for (const fault of faults) {
    const { attempts } = await deliver({
      endpoint,
      message,
      retry: retryPresets.none,
      faults: [fault],
    })
    expect(attempts[0]?.faults).toEqual([fault])
    const { headers = {}, body = '' } = received.at(-1) ?? {}
    const result = await safeVerify({ headers, body, secret: testSecret })
    codes.push(result.code)
  }
  expect(codes).toEqual(['invalid_signature', 'invalid_signature', 'timestamp_too_old'])
})
