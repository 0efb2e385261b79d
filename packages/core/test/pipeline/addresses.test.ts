import { BlockList } from 'node:net'
import { expect, test, vi } from 'vitest'
import { createReceiver, type Logger } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn<Logger['error']>() }

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  [' 192.0.2.1 ', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:4711', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:0DB8:0000::0001', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
  ['', undefined],
  ['unknown', undefined],
  ['localhost', undefined],
  ['192.0.2', undefined],
  ['192.0.2.256', undefined],
  ['192.0.2.01', undefined],
  ['0x7f000001', undefined],
  ['192.0.2.1, 198.51.100.9', undefined],
  ['::1]@evil.example', undefined],
  [`${'1'.repeat(200)}:${'1'.repeat(100_000)}`, undefined],
  [undefined, undefined],
])('the address %s reaches list, throttle and hooks as %s', async (remoteAddress, plain) => {
  const seen: unknown[] = []
  const receiver = createReceiver({
    secret: testSecret,
    logger,
    throttle: (request) => void seen.push(request.remoteAddress),
    hooks: { onUnhandled: (_, info) => void seen.push(info.remoteAddress) },
  })
  const request = await signedRequest({ event: fixture('user.login') })
  await receiver.handle({ ...request, remoteAddress })
  expect(seen).toEqual([plain, plain])
})

const statusOf = async (
  allowAddress: Parameters<typeof createReceiver>[0]['allowAddress'] & {},
  remoteAddress: string | undefined,
): Promise<number> => {
  const receiver = createReceiver({ secret: testSecret, logger, allowAddress }).on('*', () => {})
  const request = await signedRequest({ event: fixture('user.login') })
  return (await receiver.handle({ ...request, remoteAddress })).status
}

test('a net.BlockList is an allowlist of both versions, as it stands', async () => {
  const senders = new BlockList()
  senders.addAddress('192.0.2.1')
  senders.addSubnet('2001:db8::', 32, 'ipv6')
  expect(await statusOf(senders, '192.0.2.1')).toBe(200)
  expect(await statusOf(senders, '::ffff:192.0.2.1')).toBe(200)
  expect(await statusOf(senders, '2001:db8::7')).toBe(200)
  expect(await statusOf(senders, '192.0.2.2')).toBe(403)
  expect(await statusOf(senders, '2001:db9::7')).toBe(403)
  expect(await statusOf(senders, 'nonsense')).toBe(403)
  expect(await statusOf(senders, undefined)).toBe(403)
})

test('a function that answers with a promise lets nobody in', async () => {
  const check: unknown = async () => false
  expect(await statusOf(check as () => boolean, '192.0.2.1')).toBe(403)
})

test('the check of a list without its list is our mistake, and the log says what to write', async () => {
  const { check } = new BlockList()
  expect(await statusOf(check, '192.0.2.1')).toBe(500)
  expect(logger.error.mock.calls[0]?.[0]).toMatchObject({
    note: expect.stringContaining('pass a `net.BlockList` itself'),
  })
})

test('an address that cannot be found ends the delivery only where it is needed', async () => {
  const request = await signedRequest({ event: fixture('user.login') })
  const incoming = {
    ...request,
    get remoteAddress(): string {
      throw new Error('the header is missing')
    },
  }
  const onProcessed = vi.fn()
  const receiver = createReceiver({ secret: testSecret, logger, hooks: { onProcessed } })
  receiver.on('*', () => {})
  const allowing = createReceiver({ secret: testSecret, logger, allowAddress: () => true })
  expect(await allowing.handle(incoming)).toMatchObject({
    status: 403,
    code: 'address_not_allowed',
  })
  expect(await receiver.handle(incoming)).toMatchObject({ status: 200 })
  expect(onProcessed.mock.calls[0]?.[1]).toMatchObject({ remoteAddress: undefined })
})
