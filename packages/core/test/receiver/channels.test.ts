import { AsyncLocalStorage } from 'node:async_hooks'
import diagnostics from 'node:diagnostics_channel'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { IdempotencyStore, TransactionalStore } from '../../src/idempotency/index.ts'
import {
  type ChannelListener,
  createReceiver,
  memoryStore,
  PermanentFailure,
  type ReceiverOptions,
} from '../../src/index.ts'
import { toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const stops: (() => void)[] = []

const moments = ['delivery', 'claim', 'handler', 'settle', 'store', 'dispatch', 'park'] as const

/** All that is told on Node's channels, in its order. */
const heardOnNode = (): { name: string; message: Record<string, unknown> }[] => {
  const heard: { name: string; message: Record<string, unknown> }[] = []
  for (const name of moments.flatMap((moment) => [`${moment}.start`, `${moment}.end`])) {
    const channel = `ainexlayer.webhooks.${name}`
    const listen = (message: unknown): void => {
      heard.push({ name, message: { ...(message as Record<string, unknown>) } })
    }
    diagnostics.subscribe(channel, listen)
    stops.push(() => diagnostics.unsubscribe(channel, listen))
  }
  return heard
}

const receiverWith = (options: Partial<ReceiverOptions> = {}) =>
  createReceiver({ secret: testSecret, logger, ...options })

const delivery = async (type: 'user.login' | 'chat.message' = 'user.login') => {
  const request = await signedRequest({ event: fixture(type) })
  return { ...request, headers: { ...request.headers, traceparent: '00-a-b-01' } }
}

test('each step of a delivery is told, its start and its end with one message', async () => {
  const heard = heardOnNode()
  const receiver = receiverWith({ endpoint: 'billing' })
    .on('user.login', () => {})
    .on('user.*', async () => {})
  const request = await delivery()
  const id = new Headers(request.headers).get('webhook-id')
  expect(await receiver.handle(request)).toMatchObject({ status: 200 })
  expect(heard.map(({ name }) => name)).toEqual([
    'delivery.start',
    'claim.start',
    'store.start',
    'store.end',
    'claim.end',
    'handler.start',
    'handler.end',
    'handler.start',
    'handler.end',
    'settle.start',
    'store.start',
    'store.end',
    'settle.end',
    'delivery.end',
  ])
  const { timestamp } = fixture('user.login')
  const about = { endpoint: 'billing', id, type: 'user.login', isKnown: true }
  const durationMs = expect.any(Number)
  expect(heard.find(({ name }) => name === 'delivery.start')?.message).toEqual({
    endpoint: 'billing',
    entrance: 'handle',
    traceparent: '00-a-b-01',
    tracestate: undefined,
    job: undefined,
    receivedAtMs: expect.any(Number),
  })
  expect(heard.find(({ name }) => name === 'delivery.end')?.message).toMatchObject({
    ...about,
    outcome: 'processed',
    status: 200,
    run: 1,
    secretId: 'secret-1',
    eventTimeMs: Date.parse(timestamp),
    bytes: Buffer.byteLength(request.body),
    durationMs,
  })
  const ends = heard.filter(({ name }) => name.endsWith('.end')).map(({ message }) => message)
  expect(ends.slice(0, -1)).toEqual([
    { store: 'memory', operation: 'claim', durationMs },
    { ...about, store: 'memory', result: 'owned', run: 1, durationMs },
    { ...about, run: 1, index: 0, durationMs },
    { ...about, run: 1, index: 1, durationMs },
    { store: 'memory', operation: 'complete', durationMs },
    { ...about, store: 'memory', run: 1, step: 'complete', result: 'done', durationMs },
  ])
})

test.each([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('broken')
    },
  ],
])('a handler that %s is told with its error, and its claim as given back', async (_, handler) => {
  const heard = heardOnNode()
  const receiver = receiverWith().on('*', handler)
  expect(await receiver.handle(await delivery())).toMatchObject({ status: 500 })
  const of = (wanted: string) => heard.find(({ name }) => name === wanted)?.message
  expect(of('handler.end')).toMatchObject({ error: new Error('broken') })
  expect(of('settle.end')).toMatchObject({ step: 'release' })
  expect(of('delivery.end')).toMatchObject({ outcome: 'failed', code: 'handler_failed' })
})

test('what a channel’s store is bound to is active in the handlers, and gone after them', async () => {
  const active = new AsyncLocalStorage<string>()
  const delivering = diagnostics.channel('ainexlayer.webhooks.delivery.start')
  const handling = diagnostics.channel('ainexlayer.webhooks.handler.start')
  delivering.bindStore(active, () => 'delivery')
  handling.bindStore(active, () => `handler in ${active.getStore()}`)
  stops.push(() => {
    delivering.unbindStore(active)
    handling.unbindStore(active)
  })
  const seen: unknown[] = []
  const receiver = receiverWith().on('*', async () => {
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(active.getStore())
  })
  await receiver.handle(await delivery())
  expect(seen).toEqual(['handler in delivery'])
  expect(active.getStore()).toBe(undefined)
})

test('the listener of one receiver hears the same, and begins the work where it likes', async () => {
  const onNode = heardOnNode()
  const active = new AsyncLocalStorage<string>()
  const told: string[] = []
  const channels: ChannelListener = {
    publish: (name) => void told.push(name),
    run: (moment, _, begin) => active.run(moment, begin),
  }
  const seen: unknown[] = []
  const receiver = receiverWith({ channels }).on('*', async () => void seen.push(active.getStore()))
  expect(await receiver.handle(await delivery())).toMatchObject({ status: 200 })
  expect(told).toEqual(onNode.map(({ name }) => name))
  expect(seen).toEqual(['handler'])
})

test.each([
  [
    'throws',
    {
      publish: () => {
        throw new Error('broken')
      },
    },
  ],
  ['begins nothing', { publish: () => {}, run: () => {} }],
  [
    'begins twice',
    {
      publish: () => {},
      run: (_: unknown, __: unknown, begin: () => void) => {
        begin()
        begin()
      },
    },
  ],
])('a listener that %s changes nothing', async (_, channels) => {
  const handler = vi.fn()
  const receiver = receiverWith({ channels }).on('*', handler)
  expect(await receiver.handle(await delivery())).toMatchObject({ status: 200 })
  expect(handler).toHaveBeenCalledTimes(1)
})

test('a query that runs whenever its end is asked for runs once, heard or not', async () => {
  const ran = vi.fn()
  const query = <Reply>(name: string, reply: () => Reply | Promise<Reply>) =>
    // As those of knex, Drizzle and Mongoose.
    ({
      // biome-ignore lint/suspicious/noThenProperty: that is what they are
      then: <Kept, Lost>(
        kept: (reply: Reply) => Kept,
        lost: (error: unknown) => Lost,
      ): Promise<Kept | Lost> => {
        ran(name)
        return Promise.resolve().then(reply).then(kept, lost)
      },
    }) as unknown as Promise<Reply>

  const memory = memoryStore()
  const claims: IdempotencyStore = {
    ...memory,
    claim: (request) => query('claim', () => memory.claim(request)),
    complete: (claim) => query('complete', () => memory.complete(claim)),
    release: (claim) => query('release', () => memory.release(claim)),
  }
  const database: TransactionalStore<undefined> = {
    name: 'database',
    shared: false,
    transact: (_, work) =>
      query('transact', async () => {
        const { value } = await work(undefined, new AbortController().signal)
        return { kind: 'committed', value }
      }),
  }
  const queued = receiverWith({ endpoint: 'queries', dispatch: () => query('dispatch', () => {}) })
  const inline = receiverWith({ endpoint: 'queries', store: claims })
    .on('user.login', () => query('first handler', () => {}))
    .on('user.login', () => query('second handler', () => {}))
  const failing = receiverWith({ endpoint: 'queries', store: claims }).on('user.login', () =>
    query('failing handler', () => Promise.reject(new Error('full'))),
  )
  const parking = receiverWith({ endpoint: 'queries', park: () => query('park', () => {}) }).on(
    'user.login',
    () => {
      throw new PermanentFailure('never')
    },
  )
  const committing = receiverWith({ endpoint: 'queries', store: database }).on('user.login', () => {
    ran('handler in transaction')
  })
  const runs = async () => {
    ran.mockClear()
    const outcomes: string[] = []
    for (const receiver of [queued, inline, failing, parking, committing]) {
      outcomes.push((await receiver.handle(await delivery())).outcome)
    }
    expect(outcomes).toEqual(['accepted', 'processed', 'failed', 'parked', 'processed'])
    return ran.mock.calls.flat()
  }
  const expected = [
    'dispatch',
    ...['claim', 'first handler', 'second handler', 'complete'],
    ...['claim', 'failing handler', 'release'],
    'park',
    ...['transact', 'handler in transaction'],
  ]
  expect(await runs()).toEqual(expected)
  heardOnNode()
  expect(await runs()).toEqual(expected)
})

test('what is no listener is refused when the receiver is made', () => {
  const wrong: unknown = { send: () => {} }
  expect(() => receiverWith({ channels: wrong as ChannelListener })).toThrow(
    '`channels` is an object without `publish`. Pass an object with `publish(name, message)`.',
  )
})

test('a refusal, a duplicate and an event in the queue are told with their outcomes', async () => {
  const heard = heardOnNode()
  const ends = () => heard.filter(({ name }) => name === 'delivery.end').map((one) => one.message)
  const receiver = receiverWith({ store: memoryStore() }).on('*', () => {})
  const request = await delivery()
  await receiver.handle(request)
  await receiver.handle(request)
  await receiver.handle({ ...request, body: `${request.body} ` })
  await receiver.verifyRequest(await delivery())
  const code = 'invalid_signature'
  expect(ends()).toMatchObject([
    { outcome: 'processed', status: 200 },
    { outcome: 'duplicate', status: 200 },
    { outcome: 'rejected', code, status: 401, bytes: Buffer.byteLength(request.body) + 1 },
    { outcome: 'verified', status: undefined, entrance: 'verify' },
  ])
  expect(ends()[2]).toMatchObject({ id: undefined, type: undefined })
})

test('a trace goes through a queue: what a listener puts into the carrier is in the job and in its delivery', async () => {
  const heard = heardOnNode()
  const carry = (message: unknown): void => {
    Object.assign((message as { carrier: object }).carrier, { traceparent: '00-ours' })
  }
  diagnostics.subscribe('ainexlayer.webhooks.dispatch.start', carry)
  stops.push(() => diagnostics.unsubscribe('ainexlayer.webhooks.dispatch.start', carry))
  const jobs: unknown[] = []
  const receiver = receiverWith({
    endpoint: 'billing',
    dispatch: async (genuine) => jobs.push(toJob(genuine)),
  }).on('*', () => {})
  expect(await receiver.handle(await delivery())).toMatchObject({ status: 202 })
  expect(jobs).toMatchObject([{ traceparent: '00-ours', headers: { traceparent: '00-ours' } }])
  const job = { id: '7', run: 1, queue: 'webhooks' }
  await receiver.work(jobs[0], { job })
  expect(heard.find(({ name }) => name === 'dispatch.end')?.message).toMatchObject({
    result: 'accepted',
  })
  expect(heard.filter(({ name }) => name === 'delivery.start')[1]?.message).toMatchObject({
    entrance: 'work',
    traceparent: '00-ours',
    job,
    receivedAtMs: expect.any(Number),
  })
})

test('a parked delivery is told, and one that the place refused', async () => {
  const heard = heardOnNode()
  const parkedAs = async (park: () => Promise<void>) => {
    const receiver = receiverWith({ endpoint: 'billing', park }).on('*', () => {
      throw new PermanentFailure('never')
    })
    await receiver.handle(await delivery())
    return heard.findLast(({ name }) => name === 'park.end')?.message
  }
  expect(await parkedAs(async () => {})).not.toHaveProperty('error')
  const refused = await parkedAs(async () => {
    throw new Error('full')
  })
  expect(refused).toMatchObject({ error: new Error('full') })
})

test('no message holds a payload, a signature or a secret', async () => {
  const heard = heardOnNode()
  const receiver = receiverWith({
    endpoint: 'billing',
    dispatch: async () => {},
    park: async () => {},
  }).on('*', () => {})
  const request = await delivery('chat.message')
  await receiver.handle({
    ...request,
    headers: { ...request.headers, authorization: 'Bearer t0k' },
  })
  await receiver.handle({
    ...request,
    headers: { ...request.headers, 'webhook-signature': 'v1,bad' },
  })
  await receiver.work({ v: 1, headers: {} })
  expect(heard.length).toBeGreaterThan(6)
  const all = JSON.stringify(heard)
  const { content } = fixture('chat.message').data
  const signature = new Headers(request.headers).get('webhook-signature') ?? ''
  for (const kept of [String(content), signature.slice(3), testSecret, 't0k']) {
    expect(kept.length).toBeGreaterThan(2)
    expect(all).not.toContain(kept)
  }
})

test.each<[what: string, listener: ChannelListener]>([
  ['fails later', { publish: async () => Promise.reject(new Error('the exporter is down')) }],
  ['freezes what it is told', { publish: (_, message) => void Object.freeze(message) }],
  [
    'fails later where it begins the work',
    {
      publish: () => {},
      run: async (_moment, _message, begin) => {
        begin()
        throw new Error('late')
      },
    },
  ],
])('a listener that %s changes nothing', async (_, channels) => {
  const rejections: unknown[] = []
  const onRejection = (reason: unknown): void => void rejections.push(reason)
  process.on('unhandledRejection', onRejection)
  onTestFinished(() => void process.off('unhandledRejection', onRejection))
  const receiver = createReceiver({ secret: testSecret, logger, channels }).on('*', () => {})
  const request = await signedRequest({ event: fixture('chat.message') })
  expect((await receiver.handle(request)).status).toBe(200)
  expect((await receiver.handle({ ...request, headers: {} })).status).toBe(400)
  await new Promise((resolve) => setImmediate(resolve))
  expect(rejections).toEqual([])
})
