import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { defineTests } from './define-tests.mjs'
import { environmentCases } from './environment-cases.mjs'

const on = () =>
  mock.timers.enable({
    apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'],
    now: Date.now(),
  })
defineTests({ describe, test, beforeEach, afterEach }, environmentCases(), [
  { name: 'real timers', on: () => {}, off: () => {} },
  { name: 'fake timers', on, off: () => mock.timers.reset() },
])
