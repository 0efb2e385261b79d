import { expect, test } from 'vitest'
import { receive } from '../receiving.ts'
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
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(200)
})

test('an emitted event’s faults strike each of its attempts, and only in development', async () => {
  const faults = [{ kind: 'badSignature', how: 'missing' }]
  for (const dev of [true, false]) {
    const { client, sender } = await startSender({ dev })
    const { url, received } = await receive()
    await client.webhooks.create({ url, events: ['*'] })
    await client.events.emit({ ...event, faults })
    await sender.idle()
    expect(received[0]?.headers['webhook-signature'] === undefined).toBe(dev)
    const { attempts } = await client.deliveries.get('delivery-1')
    expect(attempts[0]?.faults).toEqual(dev ? faults : [])
  }
})

test('a fault that is none is refused, with its place', async () => {
  const { client } = await startSender()
  await expect(
    client.events.emit({ ...event, faults: [{ kind: 'explode' }] }),
  ).rejects.toMatchObject({ status: 422, details: { field: 'faults.0.kind' } })
})
