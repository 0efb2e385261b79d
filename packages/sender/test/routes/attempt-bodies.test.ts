import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Fault } from '../../src/index.ts'
import { receive } from '../receiving.ts'
import { startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' }, validate: false } as const

const bytesOf = (text: string | null, encoding: string): Buffer =>
  Buffer.from(text ?? '', encoding === 'base64' ? 'base64' : 'utf8')

test.for<[name: string, fault: Fault, encoding: string]>([
  ['reserialized', { kind: 'tamperBody', how: 'reserialize' }, 'utf8'],
  ['with a BOM', { kind: 'tamperBody', how: 'bom' }, 'utf8'],
  ['compressed', { kind: 'encoding', how: 'gzip' }, 'base64'],
  ['not UTF-8', { kind: 'payload', how: 'invalidUtf8' }, 'base64'],
  ['larger than any', { kind: 'payload', how: 'oversize' }, 'utf8'],
])(
  'a body that is %s is logged as it was sent, with what was signed',
  async ([, fault, encoding]) => {
    const { client, sender } = await startSender()
    const { url, received } = await receive()
    const { secret } = await client.webhooks.create({ url, events: ['*'] })
    await client.events.emit({ ...event, faults: [fault] })
    await sender.idle()
    const [attempt] = (await client.deliveries.get('delivery-1')).attempts
    if (attempt === undefined) throw new Error('no attempt')
    const { body, bodyEncoding, bodySha256, bytes, signedContent, signedContentEncoding } =
      attempt.request
    const logged = bytesOf(body, bodyEncoding)
    expect(bodyEncoding).toBe(encoding)
    // Not `toEqual`, which takes seconds for megabytes.
    expect(logged.equals(received[0]?.body ?? Buffer.alloc(0))).toBe(true)
    expect(createHash('sha256').update(logged).digest('hex')).toBe(bodySha256)
    expect(logged.length).toBe(bytes)
    const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(bytesOf(signedContent, signedContentEncoding))
      .digest('base64')
    expect(attempt.request.headers['webhook-signature']).toBe(`v1,${signature}`)
  },
)

test('an answer that is not text is logged in base64, and one that was cut off ends with a whole character', async () => {
  const { client, sender } = await startSender()
  const binary = Buffer.from([0xff, 0xfe, 0])
  const { url } = await receive((response, index) => {
    response.end(index === 0 ? binary : `x${'é'.repeat(20_000)}`)
  })
  await client.webhooks.create({ url, events: ['*'], concurrency: 1 })
  await client.events.emit(event)
  await sender.idle()
  await client.events.emit(event)
  await sender.idle()
  const [first, second] = await Promise.all(
    ['delivery-1', 'delivery-2'].map(async (id) => (await client.deliveries.get(id)).attempts[0]),
  )
  expect(first?.response).toMatchObject({
    body: binary.toString('base64'),
    bodyEncoding: 'base64',
  })
  expect(second?.response).toMatchObject({ bodyEncoding: 'utf8', truncated: true })
  expect(second?.response?.body).toMatch(/^xé+$/)
})

test('a list of events shows the data and the time of each', async () => {
  const { client } = await startSender()
  const timestamp = '2024-01-15T10:30:00Z'
  await client.events.emit({ ...event, id: 'msg_1', timestamp })
  const shown = { id: 'msg_1', timestamp, data: event.data }
  expect((await client.events.list()).data).toMatchObject([shown])
  expect(await client.events.get('msg_1')).toMatchObject(shown)
})
