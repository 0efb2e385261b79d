import { BlockList, isIPv4 } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReceiver, type ReceiverOptions } from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const logger = { info: () => {}, warn: () => {}, error: () => {} }

const receiverWith = (options: Partial<ReceiverOptions>) =>
  createReceiver({ secret: testSecret, logger, ...options }).on('*', () => {})

/** Whether a caller of this address gets past the allowlist: what comes then is another refusal. */
const isAllowed = async (options: Partial<ReceiverOptions>, remoteAddress: string) => {
  const request = { method: 'POST', headers: {}, body: '', remoteAddress }
  return (await receiverWith(options).handle(request)).status !== 403
}

const bytes = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length })

const written = (address: readonly number[]): string =>
  address.length === 4
    ? address.join('.')
    : Array.from({ length: 8 }, (_, group) =>
        (((address[2 * group] ?? 0) << 8) | (address[2 * group + 1] ?? 0)).toString(16),
      ).join(':')

/** A network, and an address that differs from it in one bit at most: near every border. */
const neighbours = fc
  .constantFrom(4, 16)
  .chain((length) =>
    fc.record({ network: bytes(length), bits: fc.nat(8 * length), flipped: fc.nat(8 * length) }),
  )
  .map(({ network, bits, flipped }) => {
    const address = network.map((byte, index) =>
      index === flipped >> 3 ? byte ^ (128 >> (flipped & 7)) : byte,
    )
    return { network: written(network), bits, address: written(address) }
  })

test('a network holds the addresses that net.BlockList says', async () => {
  await fc.assert(
    fc.asyncProperty(neighbours, async ({ network, bits, address }) => {
      // Mapped addresses are IPv4 here, and of neither version to a BlockList.
      fc.pre(!/^0:0:0:0:0:ffff:/.test(network) && !/^0:0:0:0:0:ffff:/.test(address))
      const list = new BlockList()
      list.addSubnet(network, bits, isIPv4(network) ? 'ipv4' : 'ipv6')
      expect(await isAllowed({ allowedAddresses: [`${network}/${bits}`] }, address)).toBe(
        list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
      )
    }),
    { numRuns: 500 },
  )
})

test.each([
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '::ffff:203.0.113.7', true],
  ['203.0.113.0/24', '::ffff:cb00:71ff', true],
  ['::ffff:203.0.113.0/120', '203.0.113.9', true],
  ['::ffff:203.0.113.0/120', '203.0.114.9', false],
  ['0.0.0.0/0', '203.0.113.7', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '2001:db8::1', true],
  ['::/0', '203.0.113.7', false],
  ['2001:DB8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['203.0.113.7', 'unknown', false],
])('%s on the list, called from %s: %s', async (entry, address, allowed) => {
  expect(await isAllowed({ allowedAddresses: [entry] }, address)).toBe(allowed)
})

test('a genuine delivery from elsewhere is refused before its body is read', async () => {
  const request = await signedRequest({ event: fixture('user.login') })
  const body = async () => {
    throw new Error('it was read')
  }
  const receiver = receiverWith({ allowedAddresses: ['203.0.113.0/24'] })
  expect(await receiver.handle({ ...request, body, remoteAddress: '192.0.2.1' })).toMatchObject({
    status: 403,
    code: 'address_not_allowed',
  })
  expect(await receiver.handle({ ...request, remoteAddress: '203.0.113.1' })).toMatchObject({
    status: 200,
  })
})

test('with a function besides, both must let a caller in', async () => {
  const options = { allowedAddresses: ['203.0.113.0/24'] }
  expect(await isAllowed({ ...options, allowAddress: () => false }, '203.0.113.1')).toBe(false)
  expect(await isAllowed({ ...options, allowAddress: () => true }, '203.0.113.1')).toBe(true)
  expect(await isAllowed({ ...options, allowAddress: () => true }, '192.0.2.1')).toBe(false)
})

test.each([
  '203.0.113.0/33',
  '2001:db8::/129',
  '::ffff:203.0.113.0/95',
  '203.0.113',
  '203.0.113.256',
  '203.0.113.07',
  '203.0.113.7:443',
  '[2001:db8::1]',
  'fe80::1%eth0',
  '203.0.113.0/-1',
  '203.0.113.0/',
  '2001:db8::1::2',
  'senders.example',
  '',
  7 as never,
])('the entry %s is refused when the receiver is made', (entry) => {
  for (const name of ['allowedAddresses', 'trustProxy']) {
    expect(() => receiverWith({ [name]: ['203.0.113.7', entry] })).toThrow(
      expect.objectContaining({
        code: 'option_invalid',
        message: expect.stringContaining(`\`${name}[1]\` is neither an address nor a network`),
      }),
    )
  }
})

test.each([
  [{ allowedAddresses: '203.0.113.7' as never }, '`allowedAddresses` is not a list.'],
  [{ trustProxy: true as never }, '`trustProxy` is of type boolean'],
  [{ trustProxy: 0 }, '`trustProxy` is 0'],
  [{ trustProxy: 1.5 }, '`trustProxy` is 1.5'],
])('%o is refused when the receiver is made', (options, message) => {
  expect(() => receiverWith(options)).toThrow(message)
})

test.each([
  // Not told of a proxy: the header is nobody's word.
  [undefined, '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  // One proxy: who called it is what it appended.
  [1, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
  [1, '10.0.0.1', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  [1, '10.0.0.1', '198.51.100.1,203.0.113.7:4711', '203.0.113.7'],
  [1, '10.0.0.1', undefined, '10.0.0.1'],
  [1, '10.0.0.1', '198.51.100.1, garbage', undefined],
  [1, undefined, '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  [2, '10.0.0.1', '198.51.100.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  [2, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
  // A list: up to the first that is not on it.
  [['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  [['10.0.0.0/8'], '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  [['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
  [['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  [['10.0.0.0/8'], '10.0.0.1', '198.51.100.1, garbage', undefined],
  [['10.0.0.0/8'], undefined, '203.0.113.7', undefined],
] as const)(
  'with trustProxy %o, a socket of %s and X-Forwarded-For %s, the caller is %s',
  async (trustProxy, remoteAddress, forwarded, caller) => {
    const seen: unknown[] = []
    const receiver = receiverWith({
      ...(trustProxy === undefined ? {} : { trustProxy }),
      hooks: { onOutcome: (_, info) => void seen.push(info.remoteAddress) },
    })
    const headers = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded }
    await receiver.handle({ method: 'POST', headers, body: '', remoteAddress })
    expect(seen).toEqual([caller])
  },
)
