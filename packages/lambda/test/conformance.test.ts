import { forwardedCases, outcomeCases, transportCases } from '@ainexlayer/webhooks-conformance'
import { describe, expect, test } from 'vitest'
import { type LambdaEvent, webhookHandler } from '../src/index.ts'
import {
  albEvent,
  functionUrlEvent,
  httpApiV1Event,
  httpApiV2Event,
  type ReceivedRequest,
  restEvent,
} from './events.ts'
import { gateway } from './gateway.ts'

const frontDoors: Record<string, (request: ReceivedRequest) => LambdaEvent> = {
  'REST API, text bodies': (request) => restEvent(request, false),
  'REST API, every media type binary': (request) => restEvent(request, true),
  'HTTP API, payload format 1.0': httpApiV1Event,
  'HTTP API, payload format 2.0': httpApiV2Event,
  'function URL': functionUrlEvent,
  'load balancer': (request) => albEvent(request, false),
  'load balancer, multi-value headers': (request) => albEvent(request, true),
}

/** A function gets a request once the gateway has read all of it: what happens before is the gateway's part. */
const gatewaysBusiness = new Map([
  [
    'a body that says it is too large is refused before it is sent',
    'the gateway reads the body before it invokes the function',
  ],
  [
    'a client that sends 10 MiB gets to read the 413',
    'the gateway refuses it: 6 MB is the most that an invocation can hold, 1 MB behind a load balancer',
  ],
  ['a chunked body without an announced length is cut off', 'the gateway reads the body'],
  ['more slow bodies than may be under way are answered 503', 'the gateway reads the body'],
  ['a body that comes too slowly is timed out', 'the gateway has a deadline of its own'],
  ['a client that hangs up in the middle of its body', 'the gateway invokes no function then'],
  ['another path is left to the framework', 'the routes are the gateway’s'],
  ['the connection lives on after a refusal', 'the connection is the gateway’s'],
])

/** A REST API decompresses such a body itself before the function sees it. */
const gzipCase = 'gzip is not unpacked: the bytes that arrive are the bytes that count'

const isOurs = (frontDoor: string, name: string): boolean =>
  !gatewaysBusiness.has(name) && !(frontDoor.startsWith('REST') && name === gzipCase)

for (const [frontDoor, eventOf] of Object.entries(frontDoors)) {
  describe(frontDoor, () => {
    const source = frontDoor.startsWith('load balancer') ? 'appended' : 'socket'
    for (const { name, run } of [...outcomeCases, ...transportCases, ...forwardedCases(source)]) {
      if (!isOurs(frontDoor, name)) continue
      test(name, () =>
        run((receiver) =>
          gateway(eventOf, webhookHandler(receiver), '/webhooks/ainexlayer', '127.0.0.1'),
        ),
      )
    }
  })
}

test('the cases that are the gateway’s business exist under these names', () => {
  const names = new Set(transportCases.map(({ name }) => name))
  const left = [...gatewaysBusiness.keys(), gzipCase].filter((name) => !names.has(name))
  expect(left).toEqual([])
})
