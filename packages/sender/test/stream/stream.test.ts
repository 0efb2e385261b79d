import type { Client, StreamEvent } from '@ainexlayer/webhooks-client'
import { expect, test } from 'vitest'
import { sseAnswer } from '../../src/api/sse.ts'
import { createEventStream } from '../../src/stream/event-stream.ts'
import { receive, statuses } from '../receiving.ts'
import { apiKey, startSender } from '../sending.ts'

const event = { type: 'user.deleted', data: { id: 'user-1' } } as const

/** Reads the stream until an event has this name, and gives all of them. */
const until = async (stream: AsyncIterable<StreamEvent>, name: string): Promise<StreamEvent[]> => {
  const seen: StreamEvent[] = []
  for await (const one of stream) {
    seen.push(one)
    if (one.name === name) break
  }
  return seen
}

/** Opens the stream: changes a webhook until its first event is there, which is told by the id. */
const opened = async (client: Client, webhook: string) => {
  const events = client.stream()[Symbol.asyncIterator]()
  let first: StreamEvent | undefined
  const next = events.next().then(({ value }) => {
    first = value
  })
  await expect
    .poll(async () => {
      await client.webhooks.update(webhook, { description: 'waiting' })
      return first?.name
    })
    .toBe('webhook.changed')
  await next
  return { events, lastId: first?.id }
}

/** The names without those of changes that were made to open the stream. */
const namesOf = (events: readonly StreamEvent[]): string[] =>
  events.map(({ name }) => name).filter((name) => name !== 'webhook.changed')

test('the stream tells what happens, in its order, without bodies', async () => {
  const { client, sender } = await startSender()
  const { url } = await receive(statuses(200, 410))
  const { id } = await client.webhooks.create({ url, events: ['*'] })
  const { events: stream } = await opened(client, id)
  const rest = until({ [Symbol.asyncIterator]: () => stream }, 'clock.moved')
  await client.events.emit(event)
  await sender.idle()
  await client.events.emit(event)
  await sender.idle()
  await sender.advance(1000)
  const events = await rest
  expect(namesOf(events)).toEqual([
    'event.emitted',
    'attempt.started',
    'attempt.settled',
    'event.emitted',
    'attempt.started',
    'event.emitted',
    'event.emitted',
    'attempt.settled',
    'webhook.disabled',
    'clock.moved',
  ])
  const settled = events.find((one) => one.name === 'attempt.settled')
  expect(settled?.data).toMatchObject({
    delivery: { status: 'delivered' },
    attempt: { number: 1, request: { body: null } },
  })
})

test('who comes back with the last id gets what it missed, and one who was away too long is told', async () => {
  const { client, sender } = await startSender()
  const webhook = await client.webhooks.create({ url: 'http://127.0.0.1:9/', events: ['*'] })
  const { events, lastId } = await opened(client, webhook.id)
  await events.return?.()
  await client.webhooks.update(webhook.id, { description: 'missed' })
  await sender.advance(1)
  const missed = await until(client.stream({ lastEventId: lastId }), 'clock.moved')
  expect(missed.map(({ data }) => ('description' in data ? data.description : ''))).toContain(
    'missed',
  )
  const gap = await until(client.stream({ lastEventId: 'of-another-run' }), 'stream.gap')
  expect(gap).toHaveLength(1)
})

test('the key may come in a cookie or in the query, for the stream alone', async () => {
  const { url } = await startSender()
  const statusOf = async (path: string, headers: Record<string, string> = {}) => {
    const controller = new AbortController()
    const { status, headers: answered } = await fetch(`${url}${path}`, {
      headers,
      signal: controller.signal,
    })
    controller.abort()
    return [status, answered.get('content-type')?.split(';')[0]]
  }
  const open = [200, 'text/event-stream']
  expect(await statusOf(`/stream?access_token=${apiKey}`)).toEqual(open)
  expect(await statusOf('/stream', { cookie: `a=b; ainexlayer_key=${apiKey}` })).toEqual(open)
  expect((await statusOf('/stream?access_token=wrong'))[0]).toBe(401)
  expect((await statusOf('/stream'))[0]).toBe(401)
  expect((await statusOf(`/webhooks?access_token=${apiKey}`))[0]).toBe(401)
  expect((await statusOf('/webhooks', { cookie: `ainexlayer_key=${apiKey}` }))[0]).toBe(401)
})

test('a reader that does not read is dropped, and nothing more is kept for it', async () => {
  const stream = createEventStream('run', () => performance.now())
  const answer = sseAnswer(stream, undefined)
  let made = 0
  for (let n = 0; n < 10_000; n++) {
    stream.publish('clock.moved', () => {
      made += 1
      return { now: 'x'.repeat(200) }
    })
  }
  // Once it is dropped nobody listens; what is still made is kept for who comes back.
  expect(made).toBe(10_000)
  const reader = answer.body?.getReader()
  await expect(reader?.read()).rejects.toThrow('too slow')
})

test('events of nobody are not kept, and those of somebody only up to a limit', () => {
  let now = 0
  const stream = createEventStream('run', () => now)
  const moved = (n: number) => stream.publish('clock.moved', () => ({ now: String(n) }))
  let made = 0
  stream.publish('clock.moved', () => {
    made += 1
    return { now: '' }
  })
  expect(made).toBe(0)
  const seen: string[] = []
  const leave = stream.subscribe(({ id }) => seen.push(id))
  for (let n = 0; n < 1500; n++) moved(n)
  leave()
  moved(0)
  const missed: string[] = []
  stream.subscribe(({ id }) => missed.push(id), seen.at(-1))()
  expect(missed).toHaveLength(1)
  const old: string[] = []
  stream.subscribe(({ name }) => old.push(name), seen[0])()
  expect(old).toEqual(['stream.gap'])
  now = 1_000_000
  moved(1)
  const late: string[] = []
  stream.subscribe(({ name }) => late.push(name), seen.at(-1))()
  expect(late).toEqual(['stream.gap'])
})
