import assert from 'node:assert/strict'
import {
  createReceiver,
  EndpointGone,
  PermanentFailure,
  type Receiver,
  type ReceiverOptions,
  RetryLater,
} from '@ainexlayer/webhooks'
import {
  fixture,
  fixtures,
  type SignedRequest,
  signedRequest,
  testSecret,
} from '@ainexlayer/webhooks/testing'
import {
  type AdapterCase,
  type RunningServer,
  type StartServer,
  testOptions,
} from './adapter-case.ts'

/** An answer, exactly as the sender sees it. */
export interface SeenAnswer {
  readonly status: number
  readonly body: string
  readonly contentType: string | null
  readonly retryAfter: string | null
}

const send = async (server: RunningServer, request: SignedRequest): Promise<SeenAnswer> => {
  const response = await fetch(server.origin + server.path, request)
  return {
    status: response.status,
    body: await response.text(),
    contentType: response.headers.get('content-type'),
    retryAfter: response.headers.get('retry-after'),
  }
}

const answer = (status: number, body: object, retryAfter: string | null = null): SeenAnswer => ({
  status,
  body: JSON.stringify(body),
  contentType: 'application/json',
  retryAfter,
})

const withServer = async (
  start: StartServer,
  receiver: Receiver,
  use: (server: RunningServer) => Promise<void>,
): Promise<void> => {
  const server = await start(receiver)
  try {
    await use(server)
  } finally {
    await server.close()
  }
}

const options = testOptions(testSecret)

const receiverWith = (handler: () => unknown, more: Partial<ReceiverOptions> = {}): Receiver =>
  createReceiver({ ...options, endpoint: 'conformance', random: () => 0, ...more }).on('*', handler)

/** One row of the outcome table: what is sent, and the exact answer. */
const row = (
  name: string,
  receiver: () => Receiver,
  request: () => Promise<SignedRequest>,
  expected: SeenAnswer,
): AdapterCase => ({
  name,
  run: (start) =>
    withServer(start, receiver(), async (server) => {
      assert.deepEqual(await send(server, await request()), expected)
    }),
})

const genuine = () => signedRequest({ event: fixture('chat.message') })

const throwing = (error: unknown) => () => {
  throw error
}

const rows: readonly AdapterCase[] = [
  row(
    'an event without a listener is acknowledged',
    () => createReceiver(options),
    genuine,
    answer(200, { outcome: 'unhandled' }),
  ),
  row(
    'an event in a queue is accepted',
    () => receiverWith(() => {}, { dispatch: async () => {} }),
    genuine,
    answer(202, { outcome: 'accepted' }),
  ),
  row(
    'a missing header',
    () => receiverWith(() => {}),
    async () => ({ ...(await genuine()), headers: {} }),
    answer(400, { error: 'missing_header' }),
  ),
  row(
    'a malformed timestamp',
    () => receiverWith(() => {}),
    () =>
      signedRequest({ event: fixture('chat.message'), headers: { 'webhook-timestamp': '12.5' } }),
    answer(400, { error: 'malformed_header' }),
  ),
  row(
    'a tampered body',
    () => receiverWith(() => {}),
    async () => ({ ...(await genuine()), body: '{}' }),
    answer(401, { error: 'invalid_signature' }),
  ),
  row(
    'a stale timestamp',
    () => receiverWith(() => {}),
    () =>
      signedRequest({ event: fixture('chat.message'), signedAt: new Date(Date.now() - 600_000) }),
    answer(401, { error: 'timestamp_too_old' }),
  ),
  row(
    'a timestamp of the future',
    () => receiverWith(() => {}),
    () =>
      signedRequest({ event: fixture('chat.message'), signedAt: new Date(Date.now() + 600_000) }),
    answer(401, { error: 'timestamp_too_new' }),
  ),
  row(
    'a genuine body that is no event',
    () => receiverWith(() => {}),
    () => signedRequest({ body: 'hello', id: 'msg_no_event' }),
    answer(422, { error: 'invalid_payload' }),
  ),
  row(
    'an address that is not allowed',
    () => receiverWith(() => {}, { allowAddress: () => false }),
    genuine,
    answer(403, { error: 'address_not_allowed' }),
  ),
  row(
    'a throttled request',
    () => receiverWith(() => {}, { throttle: () => ({ retryAfterSeconds: 7 }) }),
    genuine,
    answer(429, { error: 'rate_limited' }, '7'),
  ),
  row(
    'a handler that throws synchronously',
    () => receiverWith(throwing(new Error('db password=hunter2'))),
    genuine,
    answer(500, { error: 'handler_failed' }),
  ),
  row(
    'a handler that throws asynchronously',
    () => receiverWith(() => Promise.reject(new Error('db password=hunter2'))),
    genuine,
    answer(500, { error: 'handler_failed' }),
  ),
  row(
    'a handler that asks for a retry',
    () => receiverWith(throwing(new RetryLater(42))),
    genuine,
    answer(503, { error: 'retry_later' }, '42'),
  ),
  row(
    'a handler that says that the endpoint is gone',
    () => receiverWith(throwing(new EndpointGone())),
    genuine,
    answer(410, { outcome: 'gone' }),
  ),
  row(
    'a delivery that is parked',
    () => receiverWith(throwing(new PermanentFailure()), { park: async () => {} }),
    genuine,
    answer(200, { outcome: 'parked' }),
  ),
  row(
    'a queue that is down',
    () => receiverWith(() => {}, { dispatch: () => Promise.reject(new Error('down')) }),
    genuine,
    answer(503, { error: 'queue_unavailable' }, '5'),
  ),
  row(
    'a secret that is missing at run time',
    () => receiverWith(() => {}, { secret: () => undefined }),
    genuine,
    answer(500, { error: 'misconfigured' }),
  ),
]

/** Every outcome over HTTP, with the exact bytes of its answer. */
export const outcomeCases: readonly AdapterCase[] = [
  {
    name: 'each of the 19 events is processed once and then a duplicate',
    run: async (start) => {
      const seen = new Map<string, number>()
      const receiver = createReceiver(options).on('*', ({ id }) => {
        seen.set(id, (seen.get(id) ?? 0) + 1)
      })
      await withServer(start, receiver, async (server) => {
        for (const event of Object.values(fixtures)) {
          const first = await send(server, await signedRequest({ event }))
          assert.deepEqual(first, answer(200, { outcome: 'processed' }))
          const second = await send(server, await signedRequest({ event }))
          assert.deepEqual(second, answer(200, { outcome: 'duplicate' }))
        }
      })
      assert.deepEqual(seen, new Map(Object.values(fixtures).map(({ id }) => [id, 1])))
    },
  },
  {
    name: 'a second delivery while the first one runs is in flight',
    run: async (start) => {
      let finish = (): void => {}
      let arrived = (): void => {}
      const running = new Promise<void>((resolve) => {
        arrived = resolve
      })
      const receiver = receiverWith(() => {
        arrived()
        return new Promise<void>((resolve) => {
          finish = resolve
        })
      })
      await withServer(start, receiver, async (server) => {
        const request = await genuine()
        const first = send(server, request)
        await running
        const second = await send(server, request)
        assert.deepEqual(second, answer(409, { outcome: 'in_flight' }, second.retryAfter))
        assert.match(second.retryAfter ?? '', /^[1-9]\d?$/)
        finish()
        assert.deepEqual(await first, answer(200, { outcome: 'processed' }))
      })
    },
  },
  {
    name: 'an id that comes again with different bytes is refused',
    run: (start) =>
      withServer(
        start,
        receiverWith(() => {}),
        async (server) => {
          const event = fixture('chat.message')
          await send(server, await signedRequest({ event }))
          const other = { ...event, data: { ...event.data, content: 'other' } }
          const second = await send(server, await signedRequest({ event: other }))
          assert.deepEqual(second, answer(422, { error: 'id_reused' }))
        },
      ),
  },
  {
    name: 'a run longer than the deadline is answered 503',
    run: async (start) => {
      let finish = (): void => {}
      const handler = () =>
        new Promise<void>((resolve) => {
          finish = resolve
        })
      await withServer(start, receiverWith(handler, { deadlineMs: 50 }), async (server) => {
        const late = await send(server, await genuine())
        assert.deepEqual(late, answer(503, { error: 'deadline_exceeded' }, '60'))
        finish()
      })
    },
  },
  ...rows,
]
