import { safeVerify } from '@ainexlayer/webhooks'
import { fixtures, testSecret } from '@ainexlayer/webhooks/testing'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { expect, test } from 'vitest'
import { createMessage, type Fault } from '../../src/index.ts'
import { attempted } from '../attempted.ts'
import { type Received, receive, statuses } from '../receiving.ts'

const textOf = ({ headers, body }: Received) => ({
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  ),
  body: body.toString(),
})

test('what it sends is verified by core, by standardwebhooks and by svix', async () => {
  const { url, received } = await receive()
  for (const event of Object.values(fixtures)) {
    const sent = await attempted(url, { message: createMessage(event) })
    expect(sent).toMatchObject({ outcome: 'delivered', response: { statusCode: 200 } })
  }
  expect(received).toHaveLength(19)
  for (const { headers, body } of received.map(textOf)) {
    expect(await safeVerify({ headers, body, secret: testSecret })).toMatchObject({ ok: true })
    expect(new Webhook(testSecret).verify(body, headers)).toEqual(JSON.parse(body))
    expect(new SvixWebhook(testSecret).verify(body, headers)).toEqual(JSON.parse(body))
  }
})

test('a redirect is a failed attempt and is not followed', async () => {
  const { url, received } = await receive((response) =>
    response.writeHead(302, { location: '/elsewhere' }).end(),
  )
  expect(await attempted(url)).toMatchObject({ outcome: 'failed', error: { code: 'redirect' } })
  expect(received).toHaveLength(1)
})

test('an answer that does not come in time is a timeout, one that is cut off a reset', async () => {
  const hanging = await receive(() => {})
  expect((await attempted(hanging.url, { timeoutMs: 50 })).error?.code).toBe('timeout')
  const cutting = await receive((response) => void response.destroy())
  expect((await attempted(cutting.url)).error?.code).toBe('connection_reset')
})

test('only the first 16 KiB of an answer are kept', async () => {
  const { url } = await receive((response) => void response.end('x'.repeat(100_000)))
  const { response } = await attempted(url)
  expect(response).toMatchObject({ truncated: true, body: 'x'.repeat(16 * 1024) })
})

test('each fault shows on the wire and in the attempt', async () => {
  const { url, received } = await receive(statuses(401, 401, 401))
  const faults: Fault[] = [
    { kind: 'tamperBody' },
    { kind: 'badSignature', how: 'wrongSecret' },
    { kind: 'timestamp', offsetSeconds: -600 },
  ]
  const codes = []
  for (const fault of faults) {
    expect((await attempted(url, { faults: [fault] })).faults).toEqual([fault])
  }
  for (const request of received.map(textOf)) {
    codes.push((await safeVerify({ ...request, secret: testSecret })).code)
  }
  expect(codes).toEqual(['invalid_signature', 'invalid_signature', 'timestamp_too_old'])
})
