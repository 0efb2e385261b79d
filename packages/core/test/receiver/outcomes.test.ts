import { inspect } from 'node:util'
import { expect, test, vi } from 'vitest'
import type { IdempotencyStore } from '../../src/idempotency/index.ts'
import {
  createReceiver,
  EndpointGone,
  type HandleResult,
  memoryStore,
  type Park,
  PermanentFailure,
  type ReceiverOptions,
  RetryLater,
  StoreUnavailableError,
} from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const options = {
  endpoint: 'default',
  secret: testSecret,
  logger: quiet,
  random: () => 0,
} satisfies ReceiverOptions

const event = fixture('chat.message')

const deliver = async (
  more: Partial<ReceiverOptions>,
  handler: () => unknown = () => {},
): Promise<HandleResult> =>
  createReceiver({ ...options, ...more })
    .on('chat.message', handler)
    .handle(await signedRequest({ event }))

const throwing = (error: unknown) => () => {
  throw error
}

const json = { 'content-type': 'application/json' }

test('processed: 200', async () => {
  const { status, headers, body } = await deliver({})
  expect({ status, headers, body }).toEqual({
    status: 200,
    headers: json,
    body: '{"outcome":"processed"}',
  })
})

test('accepted: 202, once the queue has it', async () => {
  const dispatch = vi.fn(async () => {})
  const handler = vi.fn()
  expect(await deliver({ dispatch }, handler)).toMatchObject({
    status: 202,
    body: '{"outcome":"accepted"}',
  })
  expect(dispatch).toHaveBeenCalledOnce()
  expect(handler).not.toHaveBeenCalled()
})

test('a queue that fails, or does not confirm in time: 503 with Retry-After', async () => {
  const answer = {
    status: 503,
    code: 'queue_unavailable',
    body: '{"error":"queue_unavailable"}',
    headers: { ...json, 'retry-after': '5' },
  }
  const failing = () => Promise.reject(new Error('down'))
  expect(await deliver({ dispatch: failing })).toMatchObject(answer)
  const hanging = () => new Promise(() => {})
  expect(await deliver({ dispatch: hanging, dispatchTimeoutMs: 5 })).toMatchObject(answer)
})

test('duplicate: 200 and the handlers do not run again', async () => {
  const handler = vi.fn()
  const receiver = createReceiver(options).on('chat.message', handler)
  await receiver.handle(await signedRequest({ event }))
  // Another attempt is signed at another time: only the id and the bytes are the same.
  const retry = await signedRequest({ event, signedAt: new Date(Date.now() - 5000) })
  expect(await receiver.handle(retry)).toMatchObject({
    outcome: 'duplicate',
    status: 200,
    body: '{"outcome":"duplicate"}',
  })
  expect(handler).toHaveBeenCalledOnce()
})

test('unhandled: 200 by default, 422 when it is to be refused', async () => {
  const request = await signedRequest({ event: fixture('user.login') })
  expect(await createReceiver(options).handle(request)).toMatchObject({
    outcome: 'unhandled',
    status: 200,
    body: '{"outcome":"unhandled"}',
  })
  expect(await createReceiver({ ...options, unhandled: 'reject' }).handle(request)).toMatchObject({
    outcome: 'unhandled',
    status: 422,
    body: '{"error":"unhandled_event"}',
  })
})

test('in_flight: 409 with Retry-After, never 2xx', async () => {
  let finish = (): void => {}
  const receiver = createReceiver(options).on(
    'chat.message',
    () => new Promise<void>((resolve) => (finish = resolve)),
  )
  const first = receiver.handle(await signedRequest({ event }))
  await vi.waitFor(() => expect(finish.name).toBe(''))
  const second = await receiver.handle(await signedRequest({ event }))
  expect(second).toMatchObject({
    outcome: 'in_flight',
    status: 409,
    body: '{"outcome":"in_flight"}',
  })
  expect(Number(second.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect(Number(second.headers['retry-after'])).toBeLessThanOrEqual(60)
  finish()
  expect(await first).toMatchObject({ outcome: 'processed' })
})

test('address_not_allowed: 403, also when the address is not known', async () => {
  const allowAddress = (address: string) => address === '203.0.113.7'
  const receiver = createReceiver({ ...options, allowAddress }).on('*', () => {})
  const request = await signedRequest({ event })
  const from = (remoteAddress?: string) => receiver.handle({ ...request, remoteAddress })
  const refused = { status: 403, body: '{"error":"address_not_allowed"}' }
  expect(await from('198.51.100.1')).toMatchObject(refused)
  expect(await from()).toMatchObject(refused)
  expect(await from('203.0.113.7')).toMatchObject({ outcome: 'processed' })
})

test('method_not_allowed: 405 with Allow, and the body is not read', async () => {
  const body = vi.fn()
  const result = await createReceiver(options).handle({ method: 'GET', headers: {}, body })
  expect(result).toMatchObject({
    status: 405,
    headers: { allow: 'POST' },
    body: '{"error":"method_not_allowed"}',
  })
  expect(body).not.toHaveBeenCalled()
})

test('id_reused: 422, never run and always logged', async () => {
  const handler = vi.fn()
  const receiver = createReceiver(options).on('chat.message', handler)
  await receiver.handle(await signedRequest({ event }))
  const other = { ...event, data: { ...event.data, content: 'other' } }
  quiet.error.mockClear()
  for (let times = 1; times <= 2; times++) {
    expect(await receiver.handle(await signedRequest({ event: other }))).toMatchObject({
      status: 422,
      body: '{"error":"id_reused"}',
    })
    expect(quiet.error).toHaveBeenCalledTimes(times)
  }
  expect(handler).toHaveBeenCalledOnce()
})

test('id_reused: also when the run of the first bytes failed, and those run at the retry', async () => {
  const ran: unknown[] = []
  const receiver = createReceiver(options).on('chat.message', ({ data }) => {
    ran.push(data.content)
    if (ran.length === 1) throw new Error('first run')
  })
  const first = await signedRequest({ event })
  expect(await receiver.handle(first)).toMatchObject({ status: 500 })
  const other = { ...event, data: { ...event.data, content: 'other' } }
  expect(await receiver.handle(await signedRequest({ event: other }))).toMatchObject({
    status: 422,
    code: 'id_reused',
  })
  expect(await receiver.handle(first)).toMatchObject({ outcome: 'processed', run: 2 })
  expect(ran).toEqual([event.data.content, event.data.content])
})

test('throttled: 429 with Retry-After, before the body is read', async () => {
  const body = vi.fn()
  const receiver = createReceiver({
    ...options,
    throttle: async () => ({ retryAfterSeconds: 1.2 }),
  })
  expect(await receiver.handle({ method: 'POST', headers: {}, body })).toMatchObject({
    status: 429,
    headers: { 'retry-after': '2' },
    body: '{"error":"rate_limited"}',
  })
  expect(body).not.toHaveBeenCalled()
})

test.each([
  ['synchronously', throwing(new Error('secret detail'))],
  ['asynchronously', () => Promise.reject(new Error('secret detail'))],
  ['with no error at all', throwing(undefined)],
])(
  'handler_failed: 500 when a handler throws %s; the text of its error stays here',
  async (_, handler) => {
    const result = await deliver({}, handler)
    expect(result).toMatchObject({ status: 500, body: '{"error":"handler_failed"}' })
    expect(result.body + JSON.stringify(result.headers)).not.toContain('secret detail')
  },
)

test('a failed event runs again on the next attempt', async () => {
  const handler = vi.fn().mockRejectedValueOnce(new Error('no')).mockResolvedValue(undefined)
  const receiver = createReceiver(options).on('chat.message', handler)
  const outcomes = []
  for (let attempt = 0; attempt < 3; attempt++) {
    outcomes.push((await receiver.handle(await signedRequest({ event }))).outcome)
  }
  expect(outcomes).toEqual(['failed', 'processed', 'duplicate'])
  expect(handler.mock.calls.map(([, ctx]) => ctx.run)).toEqual([1, 2])
})

test('retry_later: 503 with the seconds that the handler asked for', async () => {
  expect(await deliver({}, throwing(new RetryLater(90)))).toMatchObject({
    outcome: 'retry_later',
    status: 503,
    headers: { 'retry-after': '90' },
    body: '{"error":"retry_later"}',
  })
})

test('gone: 410', async () => {
  expect(await deliver({}, throwing(new EndpointGone()))).toMatchObject({
    outcome: 'gone',
    status: 410,
    body: '{"outcome":"gone"}',
  })
})

test('parked: 200 once the parking place has the delivery, which is then a duplicate', async () => {
  const park = vi.fn(async () => {})
  const reason = new PermanentFailure('no such workspace')
  const receiver = createReceiver({ ...options, park }).on('chat.message', throwing(reason))
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({
    outcome: 'parked',
    status: 200,
    body: '{"outcome":"parked"}',
  })
  expect(park).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ event: expect.objectContaining({ id: event.id }) }),
    reason,
  )
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({
    outcome: 'duplicate',
  })
})

test('a permanent failure without a parking place, or with one that fails, is a failure', async () => {
  const handler = throwing(new PermanentFailure('no'))
  expect(await deliver({}, handler)).toMatchObject({ status: 500, code: 'handler_failed' })
  const park = () => Promise.reject(new Error('full'))
  expect(await deliver({ park }, handler)).toMatchObject({ status: 500, code: 'handler_failed' })
})

test('a schema mismatch is refused, and parked where there is a parking place', async () => {
  const request = await signedRequest({ event: { ...event, data: {} } })
  expect(
    await createReceiver(options)
      .on('*', () => {})
      .handle(request),
  ).toMatchObject({
    status: 422,
    body: '{"error":"invalid_payload"}',
  })
  const park = vi.fn(async () => {})
  expect(await createReceiver({ ...options, park }).handle(request)).toMatchObject({
    outcome: 'parked',
    status: 200,
  })
  expect(park).toHaveBeenCalledOnce()
})

const misfit = async (id: string, more: Partial<ReceiverOptions>) => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const data = { content: 42, email: 'alice@example.com', token: 'hunter2' }
  const result = await createReceiver({ ...options, logger, ...more }).handle(
    await signedRequest({ event: { id, type: 'chat.message', data } }),
  )
  // JSON.stringify would not look into an Error.
  const logged = inspect([logger.warn.mock.calls, logger.error.mock.calls], { depth: 10 })
  return { result, logged }
}

const transactional: ReceiverOptions['store'] = {
  name: 'transactional',
  shared: false,
  transact: async (_, run) => {
    const { commit, value } = await run(undefined, new AbortController().signal)
    return { kind: commit ? 'committed' : 'rolled_back', value }
  },
}

test.each([
  ['a store', memoryStore()],
  ['a transactional store', transactional],
])('the data of a schema mismatch is in no log, no reason and no outcome: %s', async (_, store) => {
  const park = vi.fn<Park>()
  const kept = await misfit('msg_kept', { store, park })
  expect(kept.result).toMatchObject({ outcome: 'parked', reason: 'invalid_payload', status: 200 })
  expect(kept.logged).toMatch(/answered parked \(invalid_payload\): data\.id: /)
  expect(park).toHaveBeenCalledExactlyOnceWith(
    expect.anything(),
    expect.objectContaining({ message: expect.stringMatching(/data\.content: .*string/) }),
  )
  const refused = await misfit('msg_refused', {
    store,
    park: () => Promise.reject(new Error('full')),
  })
  for (const { logged } of [kept, refused]) {
    expect(logged).toContain('data.content')
    expect(logged).not.toMatch(/alice|hunter2/)
  }
  const { error } = { error: undefined, ...kept.result }
  expect(inspect([error, park.mock.calls[0]?.[1]], { depth: 10 })).not.toMatch(/hunter2/)
})

test('a queue that has the event with other bytes: 422, and logged', async () => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const result = await deliver({ logger, dispatch: async () => ({ kind: 'id_reused' }) })
  expect(result).toMatchObject({ status: 422, outcome: 'rejected', code: 'id_reused' })
  expect(logger.error).toHaveBeenCalledOnce()
})

test.each([[undefined], [null], ['id_reused'], [{ kind: 'queued' }], [{ kind: 'other', id: 1 }]])(
  'whatever else a dispatch resolves to is accepted: %j',
  async (answer) => {
    expect(await deliver({ dispatch: async () => answer })).toMatchObject({ status: 202 })
  },
)

test('an event that never finishes is parked unrun after maxRuns', async () => {
  const park = vi.fn(async () => {})
  const handler = vi.fn().mockRejectedValue(new Error('always'))
  const receiver = createReceiver({ ...options, park, maxRuns: 2 }).on('chat.message', handler)
  const outcomes = []
  for (let attempt = 0; attempt < 4; attempt++) {
    outcomes.push((await receiver.handle(await signedRequest({ event }))).outcome)
  }
  expect(outcomes).toEqual(['failed', 'failed', 'parked', 'duplicate'])
  expect(handler).toHaveBeenCalledTimes(2)
})

test('misconfigured: a secret that is missing at run time is 500 and never blamed on the sender', async () => {
  for (const secret of ['', undefined, 'undefined']) {
    const result = await deliver({ secret: () => secret })
    expect(result).toMatchObject({ status: 500, body: '{"error":"misconfigured"}' })
  }
  const throwingSecret = throwing(new Error('vault is sealed'))
  expect(await deliver({ secret: throwingSecret as () => string })).toMatchObject({
    status: 500,
    code: 'misconfigured',
  })
})

test('an option that throws is a failure of ours, and not an exception', async () => {
  const allowAddress = throwing(new Error('no list')) as () => boolean
  const request = { ...(await signedRequest({ event })), remoteAddress: '203.0.113.7' }
  const result = await createReceiver({ ...options, allowAddress }).handle(request)
  expect(result).toMatchObject({ status: 500, body: '{"error":"misconfigured"}' })
})

const failingStore = (claim: IdempotencyStore['claim']): IdempotencyStore => ({
  ...memoryStore(),
  name: 'failing',
  claim,
})

test('store_unavailable: 503 and the handlers do not run; with fail-open they do', async () => {
  const down = failingStore(() => Promise.reject(new StoreUnavailableError('It is away.')))
  const handler = vi.fn()
  expect(await deliver({ store: down }, handler)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5' },
    body: '{"error":"store_unavailable"}',
  })
  expect(handler).not.toHaveBeenCalled()
  expect(await deliver({ store: down, onStoreError: 'fail-open' }, handler)).toMatchObject({
    outcome: 'processed',
  })
})

test('a claim whose reply was lost is sent again with the same token', async () => {
  const real = memoryStore()
  const tokens: string[] = []
  const lossy = failingStore(async (request) => {
    tokens.push(request.token)
    const outcome = await real.claim(request)
    return tokens.length === 1 ? new Promise<never>(() => {}) : outcome
  })
  const store = { ...real, claim: lossy.claim }
  expect(await deliver({ store, storeTimeoutMs: 10 })).toMatchObject({
    outcome: 'processed',
    run: 1,
  })
  expect(new Set(tokens).size).toBe(1)
  expect(tokens).toHaveLength(2)
})

test('a store that fails at complete does not undo the success', async () => {
  const complete = vi.fn().mockRejectedValue(new Error('away'))
  const store = { ...memoryStore(), complete }
  expect(await deliver({ store, deadlineMs: 100 })).toMatchObject({
    outcome: 'processed',
    status: 200,
    body: '{"outcome":"processed"}',
    unrecorded: 'store_failed',
  })
  expect(complete.mock.calls.length).toBeGreaterThan(1)
})

test('deadline_exceeded: 503, the signal is aborted, and the late success makes the retry a duplicate', async () => {
  let finish = (): void => {}
  let signal: AbortSignal | undefined
  const receiver = createReceiver({ ...options, deadlineMs: 10 }).on('chat.message', (_, ctx) => {
    signal = ctx.signal
    return new Promise<void>((resolve) => {
      finish = resolve
    })
  })
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({
    status: 503,
    headers: { 'retry-after': '60' },
    body: '{"error":"deadline_exceeded"}',
  })
  expect(signal?.aborted).toBe(true)
  expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({
    outcome: 'in_flight',
  })
  finish()
  await vi.waitFor(async () => {
    expect(await receiver.handle(await signedRequest({ event }))).toMatchObject({
      outcome: 'duplicate',
    })
  })
})

test('no code and no bad signature ever reaches the store', async () => {
  const store = memoryStore()
  const claim = vi.spyOn(store, 'claim')
  const receiver = createReceiver({ ...options, store }).on('*', () => {})
  const { headers, body } = await signedRequest({ event })
  await receiver.handle({ method: 'POST', headers, body: `${body} ` })
  await receiver.handle({ method: 'POST', headers: {}, body })
  expect(claim).not.toHaveBeenCalled()
})
