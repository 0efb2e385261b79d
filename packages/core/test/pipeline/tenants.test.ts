import { expect, test, vi } from 'vitest'
import { eventKey } from '../../src/idempotency/index.ts'
import {
  createReceiver,
  type Dispatch,
  type GenuineDelivery,
  type HandlerContext,
  memoryStore,
  type ReceiverOptions,
  type SecretSet,
  type SecretSource,
} from '../../src/index.ts'
import { fromJob, toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest } from '../../src/testing/index.ts'

const secretOf = (n: number) => `whsec_${Buffer.alloc(32, n).toString('base64')}`
const secrets: Record<string, string> = { acme: secretOf(1), beta: secretOf(2) }
const byTenant: SecretSource = ({ header }) => {
  const scope = header('x-tenant')
  return { value: secrets[scope ?? ''], scope }
}
const unscopedByTenant: SecretSource = ({ header }) => secrets[header('x-tenant') ?? '']

const watched = (options: Partial<ReceiverOptions>) => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const ran: (string | undefined)[] = []
  const receiver = createReceiver({ endpoint: 'default', secret: byTenant, logger, ...options })
  receiver.on('*', (_, { scope }) => ran.push(scope))
  const send = async (tenant: string, content: string, id = 'evt_1001') => {
    const event = { ...fixture('chat.message', { content }), id }
    const headers = { 'x-tenant': tenant }
    const secret = secrets[tenant] ?? secretOf(9)
    return receiver.handle(await signedRequest({ event, secret, headers }))
  }
  return { send, ran, logger, receiver }
}

test('one tenant’s id never touches that of another', async () => {
  const { send, ran, logger } = watched({})
  expect(await send('acme', 'of acme')).toMatchObject({ outcome: 'processed' })
  expect(await send('beta', 'of beta')).toMatchObject({ outcome: 'processed' })
  expect(await send('acme', 'of acme')).toMatchObject({ outcome: 'duplicate' })
  expect(await send('beta', 'other bytes')).toMatchObject({ code: 'id_reused' })
  expect(ran).toEqual(['acme', 'beta'])
  expect(logger.warn).not.toHaveBeenCalled()
})

test('the scope outlives a rotation', async () => {
  const store = memoryStore()
  const event = fixture('chat.message')
  const send = async (secret: string) =>
    createReceiver({
      endpoint: 'default',
      secret: [
        { value: secretOf(8), id: 'new', scope: 'acme' },
        { value: secretOf(9), id: 'old', scope: 'acme' },
      ],
      store,
    })
      .on('*', () => {})
      .handle(await signedRequest({ event, secret }))
  expect(await send(secretOf(9))).toMatchObject({ outcome: 'processed' })
  expect(await send(secretOf(8))).toMatchObject({ outcome: 'duplicate' })
})

test('a job carries its tenant to the worker', async () => {
  const store = memoryStore()
  const jobs: unknown[] = []
  const dispatch: Dispatch = async (delivery) => jobs.push(toJob(delivery))
  const { send } = watched({ dispatch })
  for (const tenant of ['acme', 'beta']) await send(tenant, 'same bytes but for the date')
  const seen: HandlerContext['scope'][] = []
  const worker = createReceiver({ endpoint: 'default', secret: byTenant, store }).on(
    '*',
    (_, { scope }) => seen.push(scope),
  )
  for (const job of jobs) expect(await worker.work(job)).toMatchObject({ outcome: 'processed' })
  expect(await worker.work(jobs[0])).toMatchObject({ outcome: 'duplicate' })
  expect(await worker.work(jobs[0], { again: true })).toMatchObject({ outcome: 'processed' })
  expect(seen).toEqual(['acme', 'beta', 'acme'])
  expect(fromJob(jobs[1])).toMatchObject({ scope: 'beta' })
})

test('a secret function that answers different secrets without a scope is warned of once', async () => {
  const { send, logger } = watched({ secret: unscopedByTenant })
  for (const tenant of ['acme', 'acme', 'beta', 'acme', 'beta']) await send(tenant, 'x', tenant)
  expect(logger.warn).toHaveBeenCalledOnce()
  const [, message] = logger.warn.mock.calls[0] ?? []
  expect(message).toContain('without a `scope`')
  expect(message).toContain('{ value, scope: tenantId }')
})

test('a rotation with an overlap is no reason for the warning', async () => {
  let answer: SecretSet = secrets['acme']
  const { send, logger, ran } = watched({ secret: () => answer })
  await send('acme', 'x', '1')
  answer = [secretOf(2), { value: secrets['acme'] }]
  await send('acme', 'x', '2')
  answer = secretOf(2)
  await send('beta', 'x', '3')
  expect(ran).toHaveLength(3)
  expect(logger.warn).not.toHaveBeenCalled()
})

test.each([[''], ['x'.repeat(257)], ['a\0b'], ['half \ud800']])(
  'a scope that cannot be kept is refused where it is made',
  (scope) => {
    expect(() => createReceiver({ secret: { value: secretOf(1), scope } })).toThrow(
      expect.objectContaining({
        code: 'secret_malformed',
        message: expect.stringContaining('`scope`'),
      }),
    )
  },
)

test('no id and no scope can be made to look like another event’s', async () => {
  const hash = 'a'.repeat(64)
  const identities = [
    { scope: undefined, id: 'b:c' },
    { scope: 'b', id: 'c' },
    { scope: 'b:c', id: 'd' },
    { scope: 'b', id: 'c:d' },
    { scope: undefined, id: `sha256:${hash}` },
    { scope: undefined, id: `#${hash}` },
    { scope: undefined, id: 'é' },
    { scope: undefined, id: 'x'.repeat(300) },
    { scope: 'x'.repeat(100), id: 'y'.repeat(100) },
    { scope: `${'x'.repeat(100)}y`, id: 'y'.repeat(99) },
    { scope: undefined, id: 'half \ud800' },
    { scope: undefined, id: 'half \ud801' },
    { scope: undefined, id: 'half \ufffd' },
    { scope: 'é', id: 'half' },
    { scope: undefined, id: '["é","half"]' },
    { scope: 'null', id: 'é' },
  ]
  const keys = await Promise.all(
    identities.map((identity) => eventKey({ endpoint: 'a', ...identity })),
  )
  for (const key of keys) expect(key).toMatch(/^[!-~]{1,200}$/)
  // An id that spells the key of another event is one more.
  const spelled = await Promise.all(
    keys.map((key) => eventKey({ endpoint: 'a', scope: undefined, id: key.slice(1) })),
  )
  const all = [...keys, ...spelled]
  expect(new Set(all).size).toBe(all.length)
  expect(keys[0]).toBe('a:b:c')
  expect(keys[1]).toBe('a@b:c')
})

test('what is handed to a queue or parked names its tenant', async () => {
  const got: GenuineDelivery[] = []
  const { send } = watched({ dispatch: async (delivery) => got.push(delivery) })
  await send('beta', 'x')
  expect(got[0]?.scope).toBe('beta')
})

test('a request of a tenant that does not exist is refused as a forgery is, without a line for our own mistakes', async () => {
  const { send, logger } = watched({
    secret: ({ header }) => secrets[header('x-tenant') ?? ''] ?? null,
  })
  expect(await send('nobody', 'Hello')).toMatchObject({
    status: 401,
    code: 'invalid_signature',
    reason: 'no_secret',
  })
  expect(logger.error).not.toHaveBeenCalled()
})
