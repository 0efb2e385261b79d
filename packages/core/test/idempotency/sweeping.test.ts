import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sweepEvery, sweepReminder } from '../../src/idempotency/index.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A store with so many expired records. */
const expired = (count: number) => {
  let left = count
  return vi.fn(async (limit: number) => {
    const gone = Math.min(limit, left)
    left -= gone
    return gone
  })
}

test('sweeps all that has expired, in batches, and again at every interval', async () => {
  const sweep = expired(2500)
  const stop = sweepEvery(sweep, { everyMs: 1000 }, () => {})
  await vi.advanceTimersByTimeAsync(1000)
  expect(sweep).toHaveBeenCalledTimes(3)
  await vi.advanceTimersByTimeAsync(1000)
  expect(sweep).toHaveBeenCalledTimes(4)
  await stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sweep).toHaveBeenCalledTimes(4)
})

test('a stop in the middle of a sweep waits for its batch, and for no further one', async () => {
  let finish = (_removed: number): void => {}
  const sweep = vi.fn(
    () =>
      new Promise<number>((resolve) => {
        finish = resolve
      }),
  )
  const stop = sweepEvery(sweep, { everyMs: 1000 }, () => {})
  await vi.advanceTimersByTimeAsync(1000)
  const stopped = vi.fn()
  const stopping = stop().then(stopped)
  await vi.advanceTimersByTimeAsync(5000)
  expect(stopped).not.toHaveBeenCalled()
  finish(1000)
  await stopping
  expect(sweep).toHaveBeenCalledOnce()
})

test('an outage is told once with its root, another one again, and nothing is thrown', async () => {
  const warn = vi.fn(() => {
    throw new Error('a warn that throws')
  })
  let down = true
  const sweep = async () => {
    if (down) throw new Error('the layer above', { cause: new Error('no route to host') })
    return 0
  }
  const stop = sweepEvery(sweep, { everyMs: 100 }, warn)
  await vi.advanceTimersByTimeAsync(1000)
  expect(warn.mock.calls).toEqual([
    ['Expired records could not be swept: no route to host. It is tried again every 100 ms.'],
  ])
  down = false
  await vi.advanceTimersByTimeAsync(200)
  down = true
  await vi.advanceTimersByTimeAsync(1000)
  expect(warn).toHaveBeenCalledTimes(2)
  await stop()
})

test('an interval that no timer can hold is refused', () => {
  expect(() =>
    sweepEvery(
      async () => 0,
      { everyMs: 0 },
      () => {},
    ),
  ).toThrow(expect.objectContaining({ code: 'option_invalid' }))
})

test('a store that nobody sweeps is looked at once an hour, and said to be', async () => {
  const warn = vi.fn()
  const has = vi.fn(async () => true)
  const remind = sweepReminder(has, warn)
  for (let claim = 0; claim < 100; claim++) remind()
  await vi.advanceTimersByTimeAsync(30 * 60 * 1000)
  remind()
  expect(has.mock.calls).toEqual([[{ count: 1000, expiredForMs: 60 * 60 * 1000 }]])
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('store.startSweeping()'))
  await vi.advanceTimersByTimeAsync(31 * 60 * 1000)
  remind()
  expect(has).toHaveBeenCalledTimes(2)
})

test('one that is swept, or does not answer, is not', async () => {
  const warn = vi.fn()
  sweepReminder(async () => false, warn)()
  sweepReminder(() => Promise.reject(new Error('down')), warn)()
  await vi.advanceTimersByTimeAsync(1000)
  expect(warn).not.toHaveBeenCalled()
})
