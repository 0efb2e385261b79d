import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { hmacBody, safeVerify, standardWebhooks, timestamped } from '@ainexlayer/webhooks'
import { expect, onTestFinished, test } from 'vitest'
import { receive, statuses } from '../receiving.ts'
import { start, startSender } from '../sending.ts'
import { certificate, privateKey } from '../wire/localhost-certificate.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const
const none = { preset: 'none' } as const

test.for([
  [
    'svix',
    { kind: 'standard-webhooks', headerPrefix: 'svix' },
    standardWebhooks({ headerPrefix: 'svix' }),
  ],
  ['timestamped', { kind: 'timestamped' }, timestamped()],
  [
    'timestamped in base64',
    { kind: 'timestamped', header: 'X-Sig', encoding: 'base64' },
    timestamped({ header: 'X-Sig', encoding: 'base64' }),
  ],
  ['hmac-body', { kind: 'hmac-body' }, hmacBody()],
  [
    'hmac-body without a prefix',
    { kind: 'hmac-body', header: 'X-Hub', prefix: '' },
    hmacBody({ header: 'X-Hub', prefix: '' }),
  ],
] as const)(
  'a webhook of the profile %s is signed for it, during a rotation with both secrets',
  async ([, profile, verifier]) => {
    const { client, sender } = await startSender()
    const { url, received } = await receive()
    const { id, secret } = await client.webhooks.create({ url, events: ['*'], profile })
    const { secret: newer } = await client.webhooks.rotateSecret(id)
    await client.events.emit(event)
    await client.events.emit({ ...event, faults: [{ kind: 'badSignature', how: 'wrongSecret' }] })
    await sender.idle()
    const [good, bad] = received
    const now = () => start
    for (const one of [secret, newer]) {
      const request = { headers: good?.headers ?? {}, body: good?.body ?? '', now }
      const result = await safeVerify({ ...request, secret: one, profile: verifier })
      expect(result).toMatchObject({ ok: true })
    }
    const forged = { headers: bad?.headers ?? {}, body: bad?.body ?? '', now }
    expect(await safeVerify({ ...forged, secret: newer, profile: verifier })).toMatchObject({
      ok: false,
      code: 'invalid_signature',
    })
  },
)

test('what the sender does itself is told to who names it, and to nobody else', async () => {
  const { client, sender } = await startSender()
  const [operator, everybody] = [await receive(), await receive()]
  const gone = await receive(statuses(410))
  await client.webhooks.create({
    url: operator.url,
    events: ['webhook.disabled', 'delivery.exhausted'],
  })
  await client.webhooks.create({ url: everybody.url, events: ['*'] })
  const { id } = await client.webhooks.create({ url: gone.url, events: ['user.*'] })
  await client.events.emit(event)
  await sender.idle()
  const bodies = operator.received.map(({ body }) => JSON.parse(body.toString()))
  expect(bodies.map(({ type }) => type).sort()).toEqual(['delivery.exhausted', 'webhook.disabled'])
  for (const { data } of bodies) expect(data.webhookId).toBe(id)
  expect(everybody.received).toHaveLength(1)
})

test('an operator that fails causes no events about itself', async () => {
  const { client, sender } = await startSender()
  const operator = await receive(statuses(...Array(20).fill(500)))
  await client.webhooks.create({ url: operator.url, events: ['delivery.exhausted'], retry: none })
  await client.webhooks.create({ url: 'http://127.0.0.1:1/', events: ['*'], retry: none })
  await client.events.emit(event)
  await sender.advance(3_600_000)
  expect(operator.received).toHaveLength(1)
})

test('with fifo an event waits until the one before it was taken', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive(statuses(500, 500, 200, 500))
  const retry = { delaysSeconds: [0, 10, 10], jitter: 0 }
  await client.webhooks.create({ url, events: ['*'], retry, fifo: true, concurrency: 10 })
  for (let n = 1; n <= 4; n++) await client.events.emit({ ...event, id: `msg_${n}` })
  await sender.idle()
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_1'])
  await sender.advance(3_600_000)
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([
    'msg_1',
    'msg_1',
    'msg_1',
    'msg_2',
    'msg_2',
    'msg_3',
    'msg_4',
  ])
})

test('a certificate of one’s own is trusted when it is given, on either kind of connection', async () => {
  const server = createServer({ key: privateKey, cert: certificate }, (request, response) => {
    request.resume().on('end', () => response.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`
  const statusWith = async (ca?: string) => {
    const { client, sender } = await startSender({ ...(ca && { ca }) })
    await client.webhooks.create({ url, events: ['*'], retry: none })
    await client.events.emit(event)
    await client.events.emit({ ...event, faults: [{ kind: 'slowBody', bytesPerSecond: 100_000 }] })
    await sender.idle()
    const { data } = await client.deliveries.list()
    return data.map(({ status, lastError }) => lastError?.code ?? status)
  }
  expect(await statusWith()).toEqual(['tls', 'tls'])
  expect(await statusWith(certificate)).toEqual(['delivered', 'delivered'])
})
