import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test, vi } from 'vitest'
import {
  createReceiver,
  EndpointGone,
  type EnvelopeNames,
  hmacBody,
  memoryStore,
  type Outcome,
  type ReceiverOptions,
  sign,
  standardWebhooks,
} from '../../src/index.ts'
import { toJob } from '../../src/queue/index.ts'
import { fixture, testSecret } from '../../src/testing/index.ts'

const message = fixture('chat.message')
const event = (content: string, id?: string) => ({
  ...(id === undefined ? {} : { id }),
  type: 'chat.message',
  timestamp: message.timestamp,
  data: { ...message.data, content },
})

const receiverOf = (
  options: Partial<ReceiverOptions> = {},
  envelope: Partial<EnvelopeNames> = { splitBatch: 'events' },
) => {
  const outcomes: Outcome[] = []
  const ran: [id: string, content: unknown, body: string][] = []
  const run = vi.fn<(content: unknown) => void>()
  const profile = standardWebhooks({ envelope })
  const receiver = createReceiver({
    endpoint: 'default',
    secret: testSecret,
    profile,
    store: memoryStore(),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    hooks: { onOutcome: (outcome: Outcome) => void outcomes.push(outcome) },
    ...options,
  })
  receiver.on('chat.message', ({ id, data }, ctx) => {
    run(data.content)
    ran.push([id, data.content, new TextDecoder().decode(ctx.rawBody)])
  })
  const send = async (body: unknown, id = 'msg_1') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const signing = options.profile ?? profile
    const headers = await sign({
      id,
      signedAt: new Date(),
      body: text,
      secret: testSecret,
      profile: signing,
    })
    return receiver.handle({ method: 'POST', headers, body: text })
  }
  return { send, ran, run, outcomes, receiver }
}

describe('a body with several events', () => {
  test('runs each under an id of its own, signed as the body is', async () => {
    const { send, ran, outcomes } = receiverOf()
    const result = await send({ events: [event('a'), event('b', 'evt_b'), event('c')] })
    expect(result).toMatchObject({ status: 200, outcome: 'processed' })
    expect(ran.map(([id, content]) => [id, content])).toEqual([
      ['msg_1/0', 'a'],
      ['evt_b', 'b'],
      ['msg_1/2', 'c'],
    ])
    expect(JSON.parse(ran[1]?.[2] ?? '')).toEqual(event('b', 'evt_b'))
    expect(outcomes).toHaveLength(3)
  })

  test('is answered 2xx only when all are done, and a retry runs only what is not', async () => {
    const { send, run } = receiverOf()
    run.mockImplementation((content) => {
      if (content === 'b') throw new Error('not now')
    })
    const body = { events: [event('a'), event('b'), event('c')] }
    expect(await send(body)).toMatchObject({ status: 500, code: 'handler_failed' })
    run.mockReset()
    expect(await send(body)).toMatchObject({ status: 200, outcome: 'processed' })
    expect(run.mock.calls).toEqual([['b']])
    expect(await send(body)).toMatchObject({ status: 200, outcome: 'duplicate' })
  })

  test('with one event that cannot be used runs the others, and is refused', async () => {
    const { send, ran, outcomes } = receiverOf()
    const result = await send({ events: [event('a'), { no: 'type' }, 5, event('d')] })
    expect(result).toMatchObject({ status: 422, code: 'invalid_payload' })
    expect(result).toMatchObject({ note: 'It is event 1 of a batch.' })
    expect(ran.map(([, content]) => content)).toEqual(['a', 'd'])
    expect(outcomes).toHaveLength(4)
  })

  test('says that the endpoint is gone when one handler says so', async () => {
    const { send, run } = receiverOf()
    run.mockImplementation((content) => {
      throw content === 'b' ? new EndpointGone() : new Error('not now')
    })
    expect(await send({ events: [event('a'), event('b')] })).toMatchObject({ status: 410 })
  })

  test('becomes as many jobs of a queue, which workers run as any other', async () => {
    const jobs: unknown[] = []
    const { send, ran, receiver } = receiverOf({
      dispatch: async (delivery) => void jobs.push(toJob(delivery)),
    })
    const result = await send({ events: [event('a'), event('b')] })
    expect(result).toMatchObject({ status: 202, outcome: 'accepted' })
    for (const job of jobs) expect(await receiver.work(job)).toMatchObject({ outcome: 'processed' })
    expect(ran.map(([id, content]) => [id, content])).toEqual([
      ['msg_1/0', 'a'],
      ['msg_1/1', 'b'],
    ])
  })

  test('may be a list itself, and a profile without ids takes the hash of the whole', async () => {
    const profile = hmacBody({ envelope: { splitBatch: [] } })
    const { send, ran } = receiverOf({ profile, secret: { value: testSecret } })
    expect(await send([event('a'), event('b')])).toMatchObject({ status: 200 })
    expect(ran.map(([id]) => id)).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}\/0$/),
      expect.stringMatching(/^[0-9a-f]{64}\/1$/),
    ])
  })

  test('ends at the deadline: what did not run is run by the retry', async () => {
    const { send, ran } = receiverOf({ deadlineMs: 50 })
    const release = vi.fn<() => void>()
    const slow = receiverOf({ deadlineMs: 50 })
    slow.receiver.on(
      'chat.message',
      () => new Promise<void>((resolve) => release.mockImplementation(resolve)),
    )
    expect(await slow.send({ events: [event('a'), event('b')] })).toMatchObject({
      status: 503,
      code: 'deadline_exceeded',
    })
    expect(slow.ran).toHaveLength(1)
    release()
    expect(await send({ events: [event('a')] })).toMatchObject({ status: 200 })
    expect(ran).toHaveLength(1)
  })
})

test('what a handler enters of an AsyncLocalStorage is gone at the next event', async () => {
  const current = new AsyncLocalStorage<unknown>()
  const seen: unknown[] = []
  const { receiver, send } = receiverOf()
  receiver.on('chat.*', ({ data }) => {
    seen.push(current.getStore())
    current.enterWith(data)
  })
  await current.run('request', () => send({ events: [event('a'), event('b'), event('c')] }))
  expect(seen).toEqual(['request', 'request', 'request'])
})

test('a body without the list is one event, as ever', async () => {
  const { send, ran } = receiverOf()
  expect(await send(event('a'))).toMatchObject({ status: 200 })
  expect(ran[0]?.[0]).toBe('msg_1')
})

test.each([
  ['an empty list', { events: [] }],
  ['more than a thousand events', { events: Array(1001).fill({ type: 'x.y' }) }],
  ['no JSON', '{"events":['],
])('%s is refused as unusable', async (_, body) => {
  const { send, run } = receiverOf()
  expect(await send(body)).toMatchObject({ status: 422, code: 'invalid_payload' })
  expect(run).not.toHaveBeenCalled()
})

test('middleware, which hands one event on, says what to use instead', async () => {
  const profile = standardWebhooks({ envelope: { splitBatch: 'events' } })
  const { receiver } = receiverOf()
  const body = JSON.stringify({ events: [event('a')] })
  const headers = await sign({
    id: 'msg_1',
    signedAt: new Date(),
    body,
    secret: testSecret,
    profile,
  })
  expect(await receiver.verifyRequest({ method: 'POST', headers, body })).toMatchObject({
    ok: false,
    code: 'misconfigured',
    note: expect.stringContaining('webhookHandler'),
  })
})
