import { expect, test, vi } from 'vitest'
import { createReceiver, type Hooks, type SecretSource } from '../../src/index.ts'
import { fixture, signedRequest } from '../../src/testing/index.ts'

const oldSecret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const newSecret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`
const retirement = new Date('2026-03-01T00:00:00Z')

const watched = (secret: SecretSource, now: () => number) => {
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const onRejected = vi.fn<NonNullable<Hooks['onRejected']>>()
  const seen: string[] = []
  const receiver = createReceiver({ secret, logger, now, hooks: { onRejected } })
  receiver.on('*', ({ secretId }) => seen.push(secretId))
  const send = async (signedWith: string) =>
    receiver.handle(
      await signedRequest({
        event: fixture('chat.message'),
        secret: signedWith,
        signedAt: new Date(now()),
      }),
    )
  return { send, seen, logger, onRejected }
}

test('both secrets pass during a rotation; then the old one is refused, and only the log says why', async () => {
  let now = retirement.getTime() - 1000
  const { send, seen, logger, onRejected } = watched(
    [
      { value: newSecret, id: 'new' },
      { value: oldSecret, id: 'old', notAfter: retirement },
    ],
    () => now,
  )
  expect(await send(oldSecret)).toMatchObject({ outcome: 'processed' })
  expect(await send(newSecret)).toMatchObject({ outcome: 'processed' })
  expect(seen).toEqual(['old', 'new'])

  now = retirement.getTime()
  expect(await send(oldSecret)).toMatchObject({
    status: 401,
    body: '{"error":"invalid_signature"}',
  })
  expect(onRejected.mock.calls[0]?.[0]).toMatchObject({
    code: 'invalid_signature',
    reason: 'secret_expired',
  })
  expect(logger.warn.mock.calls[0]?.[0]).toMatchObject({ reason: 'secret_expired' })
  expect(await send(newSecret)).toMatchObject({ outcome: 'processed' })
})

test('a secret is refused before its notBefore', async () => {
  let now = retirement.getTime() - 1
  const { send, onRejected } = watched(
    [{ value: oldSecret }, { value: newSecret, notBefore: retirement }],
    () => now,
  )
  expect(await send(newSecret)).toMatchObject({ status: 401 })
  expect(onRejected.mock.calls[0]?.[0]).toMatchObject({ reason: 'secret_not_yet_valid' })
  now += 1
  expect(await send(newSecret)).toMatchObject({ outcome: 'processed' })
})

test('a secret function may choose by header, and is asked for every request', async () => {
  const secretOf = vi.fn(async ({ header }: { header: (name: string) => string | undefined }) =>
    header('x-tenant') === 'acme'
      ? { value: oldSecret, scope: 'acme' }
      : { value: newSecret, scope: 'other' },
  )
  const receiver = createReceiver({ secret: secretOf }).on('*', () => {})
  const send = async (tenant: string, secret: string) =>
    (
      await receiver.handle(
        await signedRequest({
          event: fixture('chat.message'),
          secret,
          headers: { 'x-tenant': tenant },
        }),
      )
    ).outcome
  expect(await send('acme', oldSecret)).toBe('processed')
  expect(await send('other', newSecret)).toBe('processed')
  expect(await send('other', oldSecret)).toBe('rejected')
  expect(secretOf).toHaveBeenCalledTimes(3)
})

test('an unusable date of a secret is refused where it is made', () => {
  const notAfter = new Date('never')
  expect(() => createReceiver({ secret: { value: oldSecret, notAfter } })).toThrow(
    expect.objectContaining({
      code: 'secret_malformed',
      message: expect.stringContaining('notAfter'),
    }),
  )
})

test('a doubtful secret is warned of once, without showing it', async () => {
  const { send, logger } = watched(() => ` ${oldSecret}`, Date.now)
  await send(oldSecret)
  await send(oldSecret)
  expect(logger.warn).toHaveBeenCalledOnce()
  expect(logger.warn.mock.calls[0]?.[1]).toContain('whitespace')
  expect(JSON.stringify(logger.warn.mock.calls)).not.toContain(oldSecret.slice(6))
})
