import { afterEach, beforeEach, describe, jest, test } from 'bun:test'
import { defineTests } from './define-tests.mjs'
import { environmentCases } from './environment-cases.mjs'

defineTests({ describe, test, beforeEach, afterEach }, environmentCases(), [
  { name: 'real timers', on: () => {}, off: () => {} },
  { name: 'fake timers', on: () => jest.useFakeTimers(), off: () => jest.useRealTimers() },
])
