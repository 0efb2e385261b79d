import { expect, test } from 'vitest'
import { receive, statuses } from '../receiving.ts'
import { startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const

test('reorder lets later events overtake earlier ones, the same way for the same seed', async () => {
  const run = async (seed: number) => {
    const { client, sender } = await startSender({ seed })
    const { url, received } = await receive()
    await client.webhooks.create({ url, events: ['*'], concurrency: 1 })
    for (let n = 0; n < 10; n++) {
      await client.events.emit({
        ...event,
        id: `msg_${n}`,
        faults: [{ kind: 'reorder', window: 10 }],
      })
    }
    await sender.advance(5000)
    return received.map(({ headers }) => headers['webhook-id'])
  }
  const [first, same] = [await run(3), await run(3)]
  expect(first).toHaveLength(10)
  expect(first).not.toEqual([...first].sort())
  expect(same).toEqual(first)
})

test('flood sends as many events as were asked for, each under an id of its own', async () => {
  const { client, sender } = await startSender()
  const { url, received } = await receive()
  await client.webhooks.create({ url, events: ['*'], concurrency: 50 })
  await client.events.emit({
    ...event,
    faults: [{ kind: 'flood', ratePerSecond: 100, seconds: 2 }],
  })
  await sender.idle()
  expect(received).toHaveLength(1)
  await sender.advance(1000)
  expect(received).toHaveLength(101)
  await sender.advance(1000)
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(200)
  const { attempts } = await client.deliveries.get('delivery-200')
  expect(attempts[0]?.faults).toMatchObject([{ kind: 'flood' }])
})

test('an emitted event’s faults strike each of its attempts; who is not for development refuses them', async () => {
  const faults = [{ kind: 'badSignature', how: 'missing' }] as const
  const { client, sender } = await startSender()
  const { url, received } = await receive()
  await client.webhooks.create({ url, events: ['*'] })
  await client.events.emit({ ...event, faults })
  await sender.idle()
  expect(received[0]?.headers['webhook-signature']).toBeUndefined()
  const { attempts } = await client.deliveries.get('delivery-1')
  expect(attempts[0]?.faults).toEqual(faults)
  const serious = await startSender({ dev: false })
  const refused = { status: 422, details: { field: 'faults' } }
  await expect(serious.client.events.emit({ ...event, faults })).rejects.toMatchObject(refused)
  expect(() => serious.sender.emit({ ...event, faults })).toThrow(
    expect.objectContaining({ status: 422 }),
  )
})

test.for<[why: string, faults: object[]]>([
  ['a kind twice', [{ kind: 'tamperBody' }, { kind: 'tamperBody', how: 'crlf' }]],
  ['two cuts', [{ kind: 'ackLost' }, { kind: 'truncate' }]],
  ['a schema fault of a body that is not JSON', [{ kind: 'payload' }, { kind: 'schema' }]],
  [
    'signatures beside none',
    [{ kind: 'badSignature', how: 'missing' }, { kind: 'multiSignature' }],
  ],
  ['a timestamp that is the right one', [{ kind: 'timestamp', offsetSeconds: 0 }]],
  ['a flood without end', [{ kind: 'flood', ratePerSecond: 10_000, seconds: 60 }]],
  [
    'a body that is not sent',
    [{ kind: 'dropConnection', when: 'beforeRequest' }, { kind: 'tamperBody' }],
  ],
])('faults that cannot happen are refused: %s', async ([, faults]) => {
  const { client, sender } = await startSender()
  // Faults that no type would let through.
  const input = JSON.parse(JSON.stringify({ ...event, faults }))
  await expect(client.events.emit(input)).rejects.toMatchObject({ status: 422 })
  expect(() => sender.emit(input)).toThrow(expect.objectContaining({ status: 422 }))
})

test('faults of events are refused for a webhook: they happen before a delivery', async () => {
  const { client, url: api } = await startSender()
  const { id } = await client.webhooks.create({ url: 'http://127.0.0.1:9/', events: ['*'] })
  for (const kind of ['reorder', 'flood']) {
    const response = await fetch(`${api}/dev/faults`, {
      method: 'PUT',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify({ webhookId: id, faults: [{ fault: { kind } }] }),
    })
    expect(response.status).toBe(422)
  }
})

test('a fault that could not happen to an attempt is not in its log', async () => {
  const { client, sender } = await startSender()
  const { url } = await receive()
  // With one secret, the new one signs anyway.
  await client.webhooks.create({ url, events: ['*'] })
  await client.webhooks.create({ url: 'http://127.0.0.1:1/', events: ['*'] })
  await client.events.emit({
    ...event,
    faults: [{ kind: 'secretRotation', how: 'new' }, { kind: 'tamperBody' }],
  })
  await sender.idle()
  const faultsOf = async (id: string) => (await client.deliveries.get(id)).attempts[0]?.faults
  expect(await faultsOf('delivery-1')).toEqual([expect.objectContaining({ kind: 'tamperBody' })])
  // Nobody listens there, so nothing was sent.
  expect(await faultsOf('delivery-2')).toEqual([])
})

test.for(['duplicate', 'replayBurst'] as const)(
  'the answers to the copies of %s are in the log',
  async (kind) => {
    const { client, sender } = await startSender()
    const { url } = await receive(statuses(200, 401, 500))
    await client.webhooks.create({ url, events: ['*'] })
    await client.events.emit({ ...event, faults: [{ kind, times: 2 }] })
    await sender.idle()
    const { attempts } = await client.deliveries.get('delivery-1')
    expect(attempts[0]).toMatchObject({ copies: [401, 500], faults: [{ kind, times: 2 }] })
  },
)

test('a fault that is none is refused, with its place', async () => {
  const { client } = await startSender()
  await expect(
    client.events.emit(JSON.parse(JSON.stringify({ ...event, faults: [{ kind: 'explode' }] }))),
  ).rejects.toMatchObject({ status: 422, details: { field: 'faults.0.kind' } })
})
