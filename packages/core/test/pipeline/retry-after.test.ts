import { expect, test, vi } from 'vitest'
import { createReceiver, memoryStore, type ReceiverOptions, RetryLater } from '../../src/index.ts'
import { jobVerdict } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

const quiet = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const event = fixture('chat.message')

const answered = async (
  options: Partial<ReceiverOptions>,
  handler: () => unknown = () => {},
): Promise<string | undefined> => {
  const receiver = createReceiver({ secret: testSecret, logger: quiet, ...options })
  const result = await receiver.on('*', handler).handle(await signedRequest({ event }))
  if ('retryAfterSeconds' in result) {
    expect(result.headers['retry-after']).toBe(String(result.retryAfterSeconds))
    expect(jobVerdict(result)).toMatchObject({ afterSeconds: result.retryAfterSeconds })
  }
  return result.headers['retry-after']
}

const seconds: readonly (readonly [number, string])[] = [
  [1e21, '86400'],
  [Number.POSITIVE_INFINITY, '86400'],
  [86_401, '86400'],
  [Number.NaN, '30'],
  [Number.NEGATIVE_INFINITY, '1'],
  [-5, '1'],
  [0, '1'],
  [0.2, '1'],
  [90.2, '91'],
  [undefined as never, '30'],
  ['7' as never, '7'],
]

test.each(seconds)(
  'Retry-After for %s seconds is %s, whoever asked for it',
  async (asked, sent) => {
    const thrown = new RetryLater(asked)
    expect(String(thrown.afterSeconds)).toBe(sent)
    const throwing = (error: unknown) => () => {
      throw error
    }
    expect(await answered({}, throwing(thrown))).toBe(sent)
    // Of another copy of this package, which may not have checked it.
    const foreign = Object.assign(new RetryLater(5), { afterSeconds: asked })
    expect(await answered({}, throwing(foreign))).toBe(sent)
    expect(await answered({ throttle: () => ({ retryAfterSeconds: asked }) })).toBe(sent)
  },
)

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1e21, 1200.5])(
  'so is a lease of which a store says that %s ms are left',
  async (leaseLeftMs) => {
    const claim = async ({ fingerprint }: { fingerprint: string }) => ({
      kind: 'in_flight' as const,
      run: 1,
      fingerprint,
      leaseLeftMs,
    })
    const sent = await answered({ store: { ...memoryStore(), claim } })
    expect(sent).toMatch(/^[1-9]\d?$/)
    expect(Number(sent)).toBeLessThanOrEqual(60)
  },
)
