import { afterEach, expect, test, vi } from 'vitest'
import { type IdempotencyStore, storeUnavailable } from '../../src/idempotency/index.ts'
import {
  createReceiver,
  type Dispatch,
  memoryStore,
  type ReceiverOptions,
} from '../../src/index.ts'
import { queueUnavailable } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const ms = expect.any(Number)

afterEach(() => {
  vi.clearAllMocks()
})

const receiverWith = (options: Partial<ReceiverOptions> = {}) =>
  createReceiver({ secret: testSecret, logger, endpoint: 'billing', ...options })

const never = () => new Promise<never>(() => {})
const down = async () => {
  throw storeUnavailable('Postgres', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }))
}

const storeThat = (renew: IdempotencyStore['renew']): IdempotencyStore => ({
  ...memoryStore(),
  name: 'postgres',
  renew,
})

test('a receiver that can take deliveries is ok, in plain data', async () => {
  const health = await receiverWith().health()
  expect(health).toEqual({
    ok: true,
    isClosing: false,
    inFlight: 0,
    store: { name: 'memory', ok: true, ms },
    secret: { ok: true, ms },
  })
  expect(JSON.parse(JSON.stringify(health))).toEqual(health)
})

test.each([
  ['fails', down, 'unreachable'],
  ['does not answer', never, 'no_answer'],
  [
    'throws something',
    () => {
      throw new Error('user postgres at 10.0.0.3')
    },
    'failed',
  ],
])('a store that %s is told with a code alone', async (_, renew, reason) => {
  const store = storeThat(renew)
  const options = { timeoutMs: 20 }
  const health = await receiverWith({ store }).health(options)
  expect(health).toMatchObject({ ok: false, store: { name: 'postgres', ok: false, ms, reason } })
  expect(JSON.stringify(health)).not.toContain('10.0.0.3')
  // Events are handled without it.
  const open = receiverWith({ store, onStoreError: 'fail-open' })
  expect(await open.health(options)).toMatchObject({ ok: true, store: { ok: false } })
})

test('a transactional store is asked through `forget`, where it has one', async () => {
  const store = (forget: (() => Promise<boolean>) | undefined) => ({
    name: 'postgres',
    shared: true,
    transact: never,
    ...(forget === undefined ? {} : { forget }),
  })
  expect(await receiverWith({ store: store(down) }).health()).toMatchObject({ ok: false })
  expect(await receiverWith({ store: store(async () => false) }).health()).toMatchObject({
    ok: true,
  })
  expect(await receiverWith({ store: store(undefined) }).health()).toMatchObject({ ok: true })
})

test('a queue is asked where it can be', async () => {
  const dispatch: Dispatch = async () => {}
  expect((await receiverWith().health()).queue).toBe(undefined)
  expect(await receiverWith({ dispatch }).health()).toMatchObject({ ok: true, queue: { ok: true } })
  const ready = async () => {
    throw queueUnavailable(
      'Redis',
      new Error('READONLY You can’t write against a read only replica.'),
    )
  }
  const gone = Object.assign(async () => {}, { ready })
  expect(await receiverWith({ dispatch: gone }).health()).toMatchObject({
    ok: false,
    queue: { ok: false, reason: 'read_only' },
  })
  const silent = Object.assign(async () => {}, { ready: never })
  expect(await receiverWith({ dispatch: silent }).health({ timeoutMs: 20 })).toMatchObject({
    ok: false,
    queue: { ok: false, reason: 'no_answer' },
  })
})

test('a secret must be there and within its window', async () => {
  const secretOf = async (secret: ReceiverOptions['secret'], options = {}) =>
    (await receiverWith({ secret }).health({ timeoutMs: 50, ...options })).secret
  const past = new Date(0)
  expect(await secretOf([{ value: testSecret, notAfter: past }, testSecret])).toMatchObject({
    ok: true,
  })
  expect(await secretOf({ value: testSecret, notAfter: past })).toMatchObject({
    ok: false,
    reason: 'secret_expired',
  })
  expect(await secretOf(() => undefined)).toMatchObject({ ok: false, reason: 'secret_missing' })
  expect(
    await secretOf(() => {
      throw new Error('vault')
    }),
  ).toMatchObject({ ok: false, reason: 'secret_missing' })
  expect(await secretOf(never)).toMatchObject({ ok: false, reason: 'no_answer' })
  // A request of no tenant.
  expect(await secretOf(() => null)).toMatchObject({ ok: true })
  const asked = vi.fn((_: unknown) => testSecret)
  await secretOf(({ header, env }) => asked([header('x-tenant'), env]), {
    headers: { 'X-Tenant': 'acme' },
    env: 'bindings',
  })
  expect(asked).toHaveBeenCalledWith(['acme', 'bindings'])
})

test('it tells what is under way, and that it closes', async () => {
  let end = (): void => {}
  const receiver = receiverWith().on('*', () => new Promise<void>((resolve) => (end = resolve)))
  const handling = receiver.handle(await signedRequest({ event: fixture('user.login') }))
  await vi.waitFor(async () =>
    expect(await receiver.health()).toMatchObject({ ok: true, inFlight: 1 }),
  )
  const closing = receiver.close()
  expect(await receiver.health()).toMatchObject({ ok: false, isClosing: true, inFlight: 1 })
  end()
  await Promise.all([handling, closing])
  expect(await receiver.health()).toMatchObject({ ok: false, isClosing: true, inFlight: 0 })
})

test('asking changes nothing: an event is handled as before', async () => {
  const receiver = receiverWith({ store: memoryStore({ maxKeys: 1 }) }).on('*', () => {})
  await receiver.health()
  const request = await signedRequest({ event: fixture('user.login') })
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'processed', run: 1 })
  await receiver.health()
  expect(await receiver.handle(request)).toMatchObject({ outcome: 'duplicate' })
})

test('a wrong `timeoutMs` is refused', async () => {
  await expect(receiverWith().health({ timeoutMs: 0 })).rejects.toMatchObject({
    code: 'option_invalid',
  })
})
