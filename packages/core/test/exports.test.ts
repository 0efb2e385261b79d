import { expect, test } from 'vitest'
import * as diagnose from '../src/diagnose/index.ts'
import * as events from '../src/events/index.ts'
import * as store from '../src/idempotency/index.ts'
import * as index from '../src/index.ts'
import * as node from '../src/node/index.ts'
import * as queue from '../src/queue/index.ts'
import * as testing from '../src/testing/index.ts'
import * as web from '../src/web/index.ts'

test('the public names of each entry are these and no others', () => {
  expect(Object.keys(index).sort()).toEqual([
    'EndpointGone',
    'PermanentFailure',
    'RetryLater',
    'StoreUnavailableError',
    'WebhookConfigurationError',
    'WebhookError',
    'WebhookVerificationError',
    'ainexlayerEvents',
    'cachedSecrets',
    'createReceiver',
    'hmacBody',
    'isEvent',
    'isWebhookError',
    'memoryStore',
    'safeVerify',
    'sign',
    'standardWebhooks',
    'timestamped',
    'verify',
    'verifySignature',
  ])
  expect(Object.keys(index).length).toBeLessThanOrEqual(20)
  expect(Object.keys(store).sort()).toEqual([
    'StoreUnavailableError',
    'assertDuration',
    'assertMethods',
    'assertOptions',
    'eventKey',
    'followClaim',
    'inGroups',
    'runLimit',
    'storeUnavailable',
    'sweepEvery',
    'sweepReminder',
  ])
  expect(Object.keys(queue).sort()).toEqual([
    'QueueUnavailableError',
    'assertMethods',
    'assertOptions',
    'eventKey',
    'fromJob',
    'isSameBody',
    'jobVerdict',
    'namedEndpoint',
    'parkingPlace',
    'queueUnavailable',
    'storeUnavailable',
    'toJob',
  ])
  expect(Object.keys(web).sort()).toEqual([
    'assertMethods',
    'assertOptions',
    'drainBody',
    'keptBody',
    'webBody',
    'webRequest',
  ])
  expect(Object.keys(events).sort()).toEqual(['ainexlayerEvents', 'isEvent'])
  expect(Object.keys(diagnose).sort()).toEqual([
    'CONFIGURATION_ERRORS',
    'DIAGNOSES',
    'ERRORS',
    'STORAGE_PROBLEMS',
    'diagnose',
    'inferProfile',
  ])
  expect(Object.keys(node).sort()).toEqual([
    'assertMethods',
    'assertMounted',
    'assertOptions',
    'holdNodeBody',
    'nodeBody',
    'nodeListener',
    'nodeRequest',
    'readNodeStream',
    'secretFromFile',
    'sendNodeAnswer',
  ])
  expect(Object.keys(testing).sort()).toEqual([
    'fixture',
    'fixtures',
    'signedRequest',
    'storeCases',
    'testSecret',
    'transactionalCases',
  ])
})
