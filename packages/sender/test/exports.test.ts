import { expect, test } from 'vitest'
import * as index from '../src/index.ts'

test('the public names are these and no others', () => {
  expect(Object.keys(index).sort()).toEqual([
    'Problem',
    'SenderError',
    'attemptDelivery',
    'createMessage',
    'createSender',
    'faultSchema',
    'formatVerdict',
    'newMessageId',
    'observeStateUrl',
    'observeUrl',
    'retryPresets',
    'runScenario',
    'scenarioCatalog',
    'scenarioNames',
    'systemClock',
    'virtualClock',
  ])
})
