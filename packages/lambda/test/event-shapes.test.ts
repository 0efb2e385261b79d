import { BlockList } from 'node:net'
import { createReceiver, isWebhookError, type ReceiverOptions } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { expect, test } from 'vitest'
import {
  balancerAddress,
  type LambdaEvent,
  lambdaAnswer,
  lambdaRequest,
  webhookHandler,
} from '../src/index.ts'
import {
  albEvent,
  functionUrlEvent,
  httpApiV2Event,
  type ReceivedRequest,
  restEvent,
} from './events.ts'

const receiverWith = (options: Partial<ReceiverOptions> = {}) =>
  createReceiver({ secret: testSecret, logger: quiet, ...options }).on('*', () => {})

const received = async (
  more: readonly (readonly [string, string])[] = [],
): Promise<ReceivedRequest> => {
  const { method, headers, body } = await signedRequest({ event: fixture('chat.message') })
  return {
    method,
    path: '/webhooks',
    headers: [...Object.entries(headers), ...more],
    body: Buffer.from(body),
    sourceIp: '198.51.100.9',
  }
}

const json = { 'content-type': 'application/json' }
const processed = { statusCode: 200, body: '{"outcome":"processed"}', isBase64Encoded: false }

test('each shape of event gets the shape of answer that AWS documents for it', async () => {
  const answerTo = async (eventOf: (request: ReceivedRequest) => LambdaEvent) =>
    webhookHandler(receiverWith())(eventOf(await received()))
  const single = { ...processed, headers: json }
  expect(await answerTo((request) => restEvent(request, false))).toEqual(single)
  expect(await answerTo(httpApiV2Event)).toEqual(single)
  expect(await answerTo(functionUrlEvent)).toEqual(single)
  expect(await answerTo((request) => albEvent(request, false))).toEqual({
    ...single,
    statusDescription: '200 OK',
  })
  expect(await answerTo((request) => albEvent(request, true))).toEqual({
    ...processed,
    statusDescription: '200 OK',
    multiValueHeaders: { 'content-type': ['application/json'] },
  })
})

test('headers of an answer survive in both forms', async () => {
  const receiver = receiverWith({ throttle: () => ({ retryAfterSeconds: 7 }) })
  const handler = webhookHandler(receiver)
  expect(await handler(albEvent(await received(), true))).toMatchObject({
    statusDescription: '429 Too Many Requests',
    multiValueHeaders: { 'retry-after': ['7'] },
  })
  expect(await handler(httpApiV2Event(await received()))).toMatchObject({
    headers: { 'retry-after': '7' },
  })
})

test('an allowlist sees the address that AWS saw, and none behind a load balancer', async () => {
  const spoofed = [['X-Forwarded-For', '203.0.113.7']] as const
  const seen: (string | undefined)[] = []
  const handler = webhookHandler(
    receiverWith({
      allowAddress: (address) => {
        seen.push(address)
        return address === '198.51.100.9'
      },
    }),
  )
  const statusOf = async (event: LambdaEvent) => (await handler(event)).statusCode
  expect(await statusOf(restEvent(await received(spoofed), false))).toBe(200)
  expect(await statusOf(httpApiV2Event(await received(spoofed)))).toBe(200)
  expect(await statusOf(functionUrlEvent(await received(spoofed)))).toBe(200)
  expect(seen).toEqual(['198.51.100.9', '198.51.100.9', '198.51.100.9'])
  expect(await statusOf(albEvent(await received(spoofed), false))).toBe(403)
  expect(seen).toHaveLength(3)
})

test('behind a load balancer balancerAddress is the last entry, which the balancer wrote', async () => {
  const allowAddress = new BlockList()
  allowAddress.addAddress('198.51.100.9')
  const handler = webhookHandler(receiverWith({ allowAddress }), {
    remoteAddress: balancerAddress,
  })
  for (const multiValue of [false, true]) {
    const event = albEvent(await received([['x-forwarded-for', '203.0.113.7']]), multiValue)
    expect((await handler(event)).statusCode).toBe(200)
    const spoofing = { ...(await received([['x-forwarded-for', '198.51.100.9']])) }
    const elsewhere = albEvent({ ...spoofing, sourceIp: '203.0.113.7' }, multiValue)
    expect((await handler(elsewhere)).statusCode).toBe(403)
  }
})

test('with the port of the client in the header, and without the header', async () => {
  const event = albEvent(await received(), true)
  const addressed = (values: string[] | undefined) =>
    balancerAddress({ ...event, multiValueHeaders: { 'x-forwarded-for': values } })
  const receiver = receiverWith({ allowAddress: (address) => address === '2001:db8::9' })
  const handler = webhookHandler(receiver, {
    remoteAddress: () => addressed(['203.0.113.7', '198.51.100.1, [2001:db8::9]:4711']),
  })
  expect((await handler(event)).statusCode).toBe(200)
  expect(addressed(undefined)).toBeUndefined()
})

test('a remoteAddress option that throws is an unknown address', async () => {
  const handler = webhookHandler(receiverWith({ allowAddress: () => true }), {
    remoteAddress: () => {
      throw new Error('no such header')
    },
  })
  expect(await handler(httpApiV2Event(await received()))).toMatchObject({
    statusCode: 403,
    body: '{"error":"address_not_allowed"}',
  })
})

test('a header that was sent twice is not taken for one that was sent once', async () => {
  const handler = webhookHandler(receiverWith())
  const id = (await signedRequest({ event: fixture('chat.message') })).headers['webhook-id'] ?? ''
  for (const eventOf of [
    (request: ReceivedRequest) => restEvent(request, false),
    (request: ReceivedRequest) => albEvent(request, true),
    httpApiV2Event,
  ]) {
    const request = await received()
    const repeated = { ...request, headers: [['webhook-id', id] as const, ...request.headers] }
    expect((await handler(eventOf(request))).statusCode).toBe(200)
    expect((await handler(eventOf(repeated))).statusCode).toBeGreaterThanOrEqual(400)
  }
})

test.each([
  ['no body', {}],
  ['a body of null', { body: null }],
  ['an empty body', { body: '' }],
  ['an empty body in base64', { body: '', isBase64Encoded: true }],
])('%s is an empty body', async (_, body) => {
  const { headers } = await signedRequest({ body: '', id: 'msg_empty' })
  const { requestContext } = httpApiV2Event(await received())
  const answer = await webhookHandler(receiverWith())({ headers, requestContext, ...body })
  expect(answer).toMatchObject({ statusCode: 422, body: '{"error":"invalid_payload"}' })
})

test('an event of the console’s test button, with headers of null, is refused and does not crash', async () => {
  const { requestContext } = restEvent(await received(), false)
  const answer = await webhookHandler(receiverWith())({
    httpMethod: 'POST',
    headers: null,
    multiValueHeaders: null,
    body: '{}',
    isBase64Encoded: false,
    requestContext,
  })
  expect(answer).toMatchObject({ statusCode: 400, body: '{"error":"missing_header"}' })
})

test('a body over the receiver’s limit is refused, whichever way it is encoded', async () => {
  const handler = webhookHandler(receiverWith({ maxBodyBytes: 100 }))
  for (const binary of [false, true]) {
    const answer = await handler(restEvent(await received(), binary))
    expect(answer).toMatchObject({ statusCode: 413, body: '{"error":"body_too_large"}' })
  }
})

const noHttp: readonly [string, unknown, string][] = [
  ['a queue', { Records: [{ eventSource: 'aws:sqs', body: '{}' }] }, 'Records'],
  ['a schedule', { version: '0', source: 'aws.events', detail: {} }, 'version, source, detail'],
  ['a socket', { requestContext: { routeKey: '$connect' }, body: 'x' }, 'requestContext, body'],
  ['a load balancer without a method', { requestContext: { elb: {} } }, 'requestContext'],
  ['nothing', undefined, 'none'],
  ['a text', 'hello', 'none'],
  ['an empty test event', {}, 'none'],
]

test.each(noHttp)(
  'an event of %s fails with a text that names its keys',
  async (_, event, keys) => {
    const handler = webhookHandler(receiverWith())
    // The runtime passes on whatever the function was invoked with.
    const error: unknown = await handler(event as LambdaEvent).catch((thrown: unknown) => thrown)
    expect(isWebhookError(error) && error.code).toBe('input_invalid')
    expect(String(error)).toContain(`its keys are ${keys}.`)
    expect(() => lambdaRequest(event as LambdaEvent)).toThrow('not an HTTP request')
  },
)

test('a function of its own verifies with lambdaRequest and answers with lambdaAnswer', async () => {
  const receiver = receiverWith()
  const handler = async (event: LambdaEvent) => {
    const result = await receiver.verifyRequest(lambdaRequest(event))
    return result.ok ? { statusCode: 202, body: result.event.type } : lambdaAnswer(event, result)
  }
  const request = await received()
  expect(await handler(httpApiV2Event(request))).toEqual({ statusCode: 202, body: 'chat.message' })
  expect(await handler(httpApiV2Event({ ...request, body: Buffer.from('{}') }))).toEqual({
    statusCode: 401,
    headers: json,
    body: '{"error":"invalid_signature"}',
    isBase64Encoded: false,
  })
})
