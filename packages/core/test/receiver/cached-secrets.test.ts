import { afterEach, expect, test, vi } from 'vitest'
import { cachedSecrets, createReceiver, type SecretSet } from '../../src/index.ts'
import { fixture, signedRequest } from '../../src/testing/index.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const secretOf = (n: number): string => `whsec_${Buffer.alloc(32, n).toString('base64')}`

afterEach(() => {
  vi.useRealTimers()
  vi.clearAllMocks()
})

/** A manager that answers when it is told to. */
const manager = () => {
  const waiting: { resolve: (set: SecretSet) => void; reject: (error: unknown) => void }[] = []
  const load = vi.fn(
    () => new Promise<SecretSet>((resolve, reject) => waiting.push({ resolve, reject })),
  )
  const next = () => waiting.shift() ?? expect.fail('nobody asked')
  return {
    load,
    // Plain JavaScript may answer anything.
    answer: (set: unknown) => next().resolve(set as SecretSet),
    fail: () => next().reject(new Error('503')),
  }
}

const statuses = (secret: Parameters<typeof createReceiver>[0]['secret']) => {
  const receiver = createReceiver({ secret, logger }).on('*', () => {})
  return async (signedWith: string) =>
    (
      await receiver.handle(
        await signedRequest({ event: fixture('user.login'), secret: signedWith }),
      )
    ).status
}

const clock = () => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })

test('a hundred requests at once wait for one load', async () => {
  const { load, answer } = manager()
  const statusFor = statuses(cachedSecrets(load))
  const all = Promise.all(Array.from({ length: 100 }, () => statusFor(secretOf(1))))
  await vi.waitFor(() => expect(load).toHaveBeenCalled())
  answer(secretOf(1))
  expect(new Set(await all)).toEqual(new Set([200]))
  expect(load).toHaveBeenCalledOnce()
})

test('after their time they are used on while they are loaded again, by one load', async () => {
  clock()
  const { load, answer } = manager()
  const statusFor = statuses(cachedSecrets(load, { ttlMs: 5000 }))
  const first = statusFor(secretOf(1))
  await vi.waitFor(() => expect(load).toHaveBeenCalledOnce())
  answer(secretOf(1))
  expect(await first).toBe(200)
  await vi.advanceTimersByTimeAsync(4999)
  expect(await statusFor(secretOf(1))).toBe(200)
  expect(load).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(1)
  for (let n = 0; n < 3; n++) expect(await statusFor(secretOf(1))).toBe(200)
  expect(load).toHaveBeenCalledTimes(2)
  answer([secretOf(2), secretOf(3)])
  await vi.advanceTimersByTimeAsync(0)
  expect(await statusFor(secretOf(2))).toBe(200)
  expect(await statusFor(secretOf(3))).toBe(200)
  expect(await statusFor(secretOf(1))).toBe(401)
})

test.each([
  ['fails', ({ fail }: ReturnType<typeof manager>) => fail()],
  ['answers nothing', ({ answer }: ReturnType<typeof manager>) => answer(undefined)],
  ['answers what is no secret', ({ answer }: ReturnType<typeof manager>) => answer(42)],
  ['answers a list with a hole', ({ answer }: ReturnType<typeof manager>) => answer([undefined])],
  ['answers an empty list', ({ answer }: ReturnType<typeof manager>) => answer([])],
  ['never answers', () => vi.advanceTimersByTimeAsync(100)],
])(
  'a load that %s leaves those of before in use, is told, and is tried again',
  async (_, spoil) => {
    clock()
    const onError = vi.fn()
    const one = manager()
    const statusFor = statuses(cachedSecrets(one.load, { ttlMs: 5000, timeoutMs: 100, onError }))
    const first = statusFor(secretOf(1))
    await vi.waitFor(() => expect(one.load).toHaveBeenCalledOnce())
    one.answer(secretOf(1))
    await first
    await vi.advanceTimersByTimeAsync(5000)
    expect(await statusFor(secretOf(1))).toBe(200)
    await spoil(one)
    await vi.advanceTimersByTimeAsync(0)
    expect(onError).toHaveBeenCalledOnce()
    for (let n = 0; n < 3; n++) expect(await statusFor(secretOf(1))).toBe(200)
    expect(one.load).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await statusFor(secretOf(1))).toBe(200)
    expect(one.load).toHaveBeenCalledTimes(3)
  },
)

test('a load that throws at once is tried again as well', async () => {
  clock()
  const load = vi.fn((): SecretSet => {
    if (load.mock.calls.length === 1) throw new TypeError('env.HOOK is undefined')
    return secretOf(1)
  })
  const statusFor = statuses(cachedSecrets(load))
  expect(await statusFor(secretOf(1))).toBe(500)
  await vi.advanceTimersByTimeAsync(1000)
  expect(await statusFor(secretOf(1))).toBe(200)
})

test('without any secret the answer is 500, and the manager is not asked for each request', async () => {
  clock()
  const load = vi.fn(() => Promise.reject(new Error('vault is sealed')))
  const statusFor = statuses(cachedSecrets(load))
  for (let n = 0; n < 5; n++) expect(await statusFor(secretOf(1))).toBe(500)
  expect(load).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(1000)
  expect(await statusFor(secretOf(1))).toBe(500)
  expect(load).toHaveBeenCalledTimes(2)
})

test('a load that nothing ends, as in a Worker whose request has gone, is not waited for for ever', async () => {
  // No timer fires.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let passedMs = 0
  const now = performance.now.bind(performance)
  const time = vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
  const { load, answer } = manager()
  const secrets = cachedSecrets(load, { timeoutMs: 2000 })
  const request = { header: () => undefined, env: undefined }
  const first = Promise.resolve(secrets(request))
  const beside = Promise.resolve(secrets(request))
  expect(load).toHaveBeenCalledOnce()
  passedMs = 4000
  const second = secrets(request)
  expect(load).toHaveBeenCalledTimes(2)
  answer(secretOf(1))
  await expect(first).rejects.toThrow('did not answer')
  await expect(beside).rejects.toThrow('did not answer')
  answer(secretOf(2))
  expect(await second).toBe(secretOf(2))
  expect(await secrets(request)).toBe(secretOf(2))
  time.mockRestore()
})

test('by default the console is told once a minute, and a teller that throws does no harm', async () => {
  clock()
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  for (const options of [
    {},
    {
      onError: () => {
        throw new Error('no')
      },
    },
  ]) {
    let isDown = false
    const load = () => (isDown ? Promise.reject(new Error('503')) : secretOf(1))
    const statusFor = statuses(cachedSecrets(load, { ttlMs: 10, ...options }))
    expect(await statusFor(secretOf(1))).toBe(200)
    isDown = true
    for (let n = 0; n < 5; n++) {
      await vi.advanceTimersByTimeAsync(1000)
      expect(await statusFor(secretOf(1))).toBe(200)
    }
  }
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})

test('what is wrong with the options is said when the function is made', () => {
  expect(() => cachedSecrets(secretOf(1) as never)).toThrow('is of type string')
  expect(() => cachedSecrets(() => '', { ttl: 7 } as never)).toThrow('Did you mean `ttlMs`?')
  expect(() => cachedSecrets(() => '', { ttlMs: 0 })).toThrow('`ttlMs`')
})
