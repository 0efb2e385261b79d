import { afterEach, expect, test, vi } from 'vitest'
import {
  createReceiver,
  hmacBody,
  memoryStore,
  safeVerify,
  standardWebhooks,
  verifySignature,
} from '../../src/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const event = fixture('chat.message')

afterEach(() => {
  vi.restoreAllMocks()
})

const clocks: readonly (readonly [string, () => unknown])[] = [
  ['NaN', () => Number.NaN],
  ['undefined', () => undefined],
  ['null', () => null],
  ['infinity', () => Number.POSITIVE_INFINITY],
  ['a bigint', () => BigInt(Date.now())],
  ['a text', () => String(Date.now())],
  ['a Date', () => new Date()],
  ['a time beyond all dates', () => 1e20],
  [
    'an exception',
    () => {
      throw new Error('no clock')
    },
  ],
]

test.each(clocks)(
  'a clock that answers %s is misconfigured, and neither opens the window nor revives a secret',
  async (_, clock) => {
    const now = clock as () => number
    const secrets = [testSecret, { value: testSecret, notAfter: new Date(0) }]
    const profiles = [standardWebhooks(), hmacBody({ prefix: '' })]
    for (const profile of profiles) {
      for (const secret of secrets) {
        const signed = { event, profile, secret: testSecret, signedAt: new Date('2020-01-01') }
        const request = await signedRequest(signed)
        const given = { ...request, secret, profile, now }
        expect(await verifySignature(given)).toMatchObject({ ok: false, code: 'misconfigured' })
        expect(await safeVerify(given)).toMatchObject({ ok: false, code: 'misconfigured' })

        const store = memoryStore()
        const claim = vi.spyOn(store, 'claim')
        for (const source of [secret, () => secret]) {
          const receiver = createReceiver({
            endpoint: 'default',
            secret: source,
            profile,
            now,
            store,
            logger: quiet,
          })
          receiver.on('*', () => {})
          expect(await receiver.handle(request)).toMatchObject({
            status: 500,
            code: 'misconfigured',
            note: expect.stringContaining('`now`'),
          })
          expect(await receiver.safeVerify(request)).toMatchObject({ code: 'misconfigured' })
          expect(await receiver.verifyRequest(request)).toMatchObject({ status: 500 })
        }
        expect(claim).not.toHaveBeenCalled()
      }
    }
  },
)

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, '300' as never, null as never])(
  'a tolerance of %s is refused where it is given',
  async (toleranceSeconds) => {
    const refused = expect.objectContaining({ code: 'option_invalid' })
    const request = await signedRequest({ event, signedAt: new Date('2020-01-01') })
    // null means the default, as an option that is left out does.
    if (toleranceSeconds === null) {
      expect(
        await verifySignature({ ...request, secret: testSecret, toleranceSeconds }),
      ).toMatchObject({ code: 'timestamp_too_old' })
      return
    }
    const given = { ...request, secret: testSecret, toleranceSeconds }
    await expect(verifySignature(given)).rejects.toEqual(refused)
    await expect(safeVerify(given)).rejects.toEqual(refused)
    expect(() => createReceiver({ secret: testSecret, toleranceSeconds })).toThrow(refused)
  },
)

const numbers = [
  'maxBodyBytes',
  'readTimeoutMs',
  'leaseMs',
  'retentionMs',
  'maxRunMs',
  'storeTimeoutMs',
  'dispatchTimeoutMs',
  'deadlineMs',
] as const

test.each(numbers)('%s must be a number that is finite and above 0', (name) => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 0, -1, '5000', 5n]) {
    expect(() => createReceiver({ secret: testSecret, [name]: wrong })).toThrow(
      expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(name) }),
    )
  }
})

test.each(['now', 'random', 'throttle', 'dispatch', 'park'])('%s must be a function', (name) => {
  expect(() => createReceiver({ secret: testSecret, [name]: 5 })).toThrow(
    expect.objectContaining({ code: 'option_invalid', message: expect.stringContaining(name) }),
  )
})

test.each(['notBefore', 'notAfter'])('a %s that is no time is refused', (name) => {
  for (const wrong of [new Date(Number.NaN), Number.NaN, '2026-01-01', null]) {
    expect(() => createReceiver({ secret: { value: testSecret, [name]: wrong } as never })).toThrow(
      expect.objectContaining({ code: 'secret_malformed' }),
    )
  }
})

test('maxRuns is a whole number', () => {
  for (const maxRuns of [Number.NaN, 0, 1.5]) {
    expect(() =>
      createReceiver({ endpoint: 'default', secret: testSecret, park: async () => {}, maxRuns }),
    ).toThrow(expect.objectContaining({ code: 'option_invalid' }))
  }
})

test.each([
  [300_000, 1],
  [86_400, 0],
  [300, 0],
])('a tolerance of %i seconds is told %i times when the receiver is made', (seconds, times) => {
  quiet.warn.mockClear()
  createReceiver({ secret: testSecret, toleranceSeconds: seconds, logger: quiet })
  expect(quiet.warn).toHaveBeenCalledTimes(times)
  if (times > 0) expect(quiet.warn.mock.lastCall?.[1]).toMatch(/it is in seconds/)
})
