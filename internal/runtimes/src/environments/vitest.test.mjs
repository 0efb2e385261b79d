import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import { defineTests } from './define-tests.mjs'
import { environmentCases, plainCases } from './environment-cases.mjs'

const off = () => vi.useRealTimers()
const timers = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance']
defineTests({ describe, test, beforeEach, afterEach }, environmentCases(), [
  { name: 'real timers', on: () => {}, off },
  { name: 'fake timers', on: () => vi.useFakeTimers(), off },
  // Not `nextTick`, without which Vitest's workers hang, and no `fetch`, as Node's own needs `queueMicrotask`.
  {
    name: 'fake timers and microtasks',
    on: () => vi.useFakeTimers({ toFake: [...timers, 'queueMicrotask'] }),
    cases: plainCases(),
    off,
  },
])
