const { environmentCases } = require('./environment-cases.cjs')
const { defineTests } = require('./define-tests.cjs')

const off = () => jest.useRealTimers()
defineTests({ describe, test, beforeEach, afterEach }, environmentCases(), [
  { name: 'real timers', on: () => {}, off },
  // Jest's fakes take `queueMicrotask`, `process.nextTick` and `performance` with them.
  { name: 'fake timers', on: () => jest.useFakeTimers(), off },
  { name: 'legacy fake timers', on: () => jest.useFakeTimers({ legacyFakeTimers: true }), off },
])
