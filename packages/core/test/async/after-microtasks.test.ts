import { afterEach, expect, test, vi } from 'vitest'
import { pause } from '../../src/async/timer.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.resetModules()
})

/** Loaded anew, with what it takes off the global counted. */
const counted = async () => {
  const asked = vi.spyOn(process, 'nextTick')
  vi.resetModules()
  const { afterMicrotasks } = await import('../../src/async/after-microtasks.ts')
  asked.mockClear()
  return { afterMicrotasks, asked }
}

test('a loop that never lets the event loop turn does not keep a tick for each of its works', async () => {
  const { afterMicrotasks, asked } = await counted()
  const begun = vi.fn()
  for (let work = 0; work < 5000; work++) {
    let isGoingOn = true
    afterMicrotasks(() => isGoingOn, begun)
    for (let turn = 0; turn < 3; turn++) await undefined
    isGoingOn = false
  }
  expect(asked.mock.calls.length).toBeLessThanOrEqual(1000)
  // Those beyond began to wait as if the microtasks had run.
  expect(begun).toHaveBeenCalledTimes(4000)
  await pause(0)
  expect(begun).toHaveBeenCalledTimes(4000)
  // The ticks have come: there is room for others.
  asked.mockClear()
  afterMicrotasks(() => true, begun)
  await pause(0)
  expect(asked).toHaveBeenCalledTimes(1)
  expect(begun).toHaveBeenCalledTimes(4001)
})

test('where nextTick throws, as in Next’s runtime for the edge, a wait ends at its time all the same', async () => {
  vi.spyOn(process, 'nextTick').mockImplementation(() => {
    throw new Error('A Node.js API is used (process.nextTick) which is not supported')
  })
  vi.resetModules()
  const { timedOut, within } = await import('../../src/async/timer.ts')
  vi.restoreAllMocks()
  const waits = [1, 2].map((ms) => within(ms, new Promise(() => {})))
  expect(await Promise.race([Promise.all(waits), pause(1000)])).toEqual([timedOut, timedOut])
  expect(await Promise.race([within(1, new Promise(() => {})), pause(1000)])).toBe(timedOut)
})
