import { expect, test } from 'vitest'
import * as diagnose from './diagnose/index.ts'
import * as events from './events/index.ts'
import * as index from './index.ts'
import * as node from './node/index.ts'
import * as testing from './testing/index.ts'

test('the public names of each entry are these and no others', () => {
  expect(Object.keys(index).sort()).toEqual([
    'ERRORS',
    'EndpointGone',
    'PermanentFailure',
    'RetryLater',
    'StoreUnavailableError',
    'WebhookConfigurationError',
    'WebhookError',
    'WebhookVerificationError',
    'ainexlayerEvents',
    'assertDuration',
    'createReceiver',
    'drainBody',
    'fromJob',
    'hmacBody',
    'isEvent',
    'isWebhookError',
    'jobVerdict',
    'memoryStore',
    'parkingPlace',
    'safeVerify',
    'sign',
    'standardWebhooks',
    'timestamped',
    'toJob',
    'verify',
    'verifySignature',
    'webRequest',
  ])
  expect(Object.keys(events).sort()).toEqual(['ainexlayerEvents', 'isEvent'])
  expect(Object.keys(diagnose).sort()).toEqual(['DIAGNOSES', 'diagnose'])
  expect(Object.keys(node).sort()).toEqual([
    'nodeBody',
    'nodeListener',
    'nodeRequest',
    'sendNodeAnswer',
  ])
  expect(Object.keys(testing).sort()).toEqual([
    'fixture',
    'fixtures',
    'signedRequest',
    'storeCases',
    'testSecret',
  ])
})
