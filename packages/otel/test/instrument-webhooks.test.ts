import { signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { context, diag, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { instrumentWebhooks, type OtelOptions, otelChannels } from '../src/index.ts'
import { privateText, receiverWith, sendAll, sent, signed } from './deliveries.ts'
import { inMemory } from './in-memory.ts'

let sdk: ReturnType<typeof inMemory>
const stops: (() => void)[] = []

beforeEach(() => {
  sdk = inMemory()
})

afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  await sdk.close()
})

const providers = () => ({
  tracerProvider: sdk.tracerProvider,
  meterProvider: sdk.meterProvider,
})

/** Both ways to record, with one interface. */
const ways = {
  'instrumentWebhooks, on the channels of Node': (options: OtelOptions = {}) => {
    const { disable } = instrumentWebhooks({ ...providers(), ...options })
    stops.push(disable)
    return { receiverOptions: {}, disable }
  },
  'otelChannels, as the option of a receiver': (options: OtelOptions = {}) => {
    const channels = otelChannels({ ...providers(), ...options })
    stops.push(channels.disable)
    return { receiverOptions: { channels }, disable: channels.disable }
  },
}

const known = { type: 'chat.message' }
const about = { endpoint: 'billing', entrance: 'handle' }

const eventAttributes = (id: string) => ({
  'messaging.system': 'ainexlayer',
  'messaging.destination.name': 'billing',
  'messaging.message.id': id,
  'ainexlayer.event.type': 'chat.message',
  'ainexlayer.event.known': true,
})

const deliverySpan = (attributes: object, rest: object = {}) => ({
  name: 'handle billing',
  attributes: {
    'messaging.system': 'ainexlayer',
    'messaging.operation.name': 'handle',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'billing',
    'messaging.message.body.size': expect.any(Number),
    ...attributes,
  },
  links: [sent.spanId],
  ...rest,
})

const claimSpan = (id: string, result: string, run?: number) => ({
  name: 'claim',
  attributes: {
    ...eventAttributes(id),
    'ainexlayer.store': 'memory',
    'ainexlayer.result': result,
    ...(run === undefined ? {} : { 'ainexlayer.run': run }),
  },
})

const handlerSpan = (id: string, run: number, error?: string) => ({
  name: 'handler chat.message',
  attributes: {
    ...eventAttributes(id),
    'ainexlayer.run': run,
    'ainexlayer.handler.index': 0,
    ...(error === undefined ? {} : { 'error.type': error }),
  },
  ...(error === undefined ? {} : { error: '', exception: { 'exception.type': error } }),
})

const settleSpan = (id: string, step: string, run: number) => ({
  name: step,
  attributes: {
    ...eventAttributes(id),
    'ainexlayer.store': 'memory',
    'ainexlayer.run': run,
    ...(step === 'complete' ? { 'ainexlayer.result': 'done' } : {}),
  },
})

const ended = (id: string, outcome: string, status: number) => ({
  'messaging.message.id': id,
  'http.response.status_code': status,
  'ainexlayer.event.type': 'chat.message',
  'ainexlayer.event.known': true,
  'ainexlayer.secret.id': 'secret-1',
  'ainexlayer.outcome': outcome,
})

describe.each(Object.entries(ways))('%s', (_, begin) => {
  test('the spans of a success, a failure and its retry, a duplicate, a forgery and a parked delivery are these', async () => {
    const { receiverOptions } = begin()
    const outcomes = await sendAll(receiverWith(receiverOptions))
    expect(outcomes).toEqual([
      'processed',
      'failed',
      'processed',
      'duplicate',
      'rejected',
      'parked',
    ])
    expect(sdk.trees()).toEqual([
      deliverySpan(
        { ...ended('msg_ok', 'processed', 200), 'ainexlayer.run': 1 },
        {
          children: [
            claimSpan('msg_ok', 'owned', 1),
            handlerSpan('msg_ok', 1),
            settleSpan('msg_ok', 'complete', 1),
          ],
        },
      ),
      deliverySpan(
        {
          ...ended('msg_retry', 'failed', 500),
          'ainexlayer.run': 1,
          'error.type': 'handler_failed',
        },
        {
          error: 'handler_failed',
          children: [
            claimSpan('msg_retry', 'owned', 1),
            handlerSpan('msg_retry', 1, 'HandlerBroke'),
            settleSpan('msg_retry', 'release', 1),
          ],
        },
      ),
      deliverySpan(
        { ...ended('msg_retry', 'processed', 200), 'ainexlayer.run': 2 },
        {
          children: [
            claimSpan('msg_retry', 'owned', 2),
            handlerSpan('msg_retry', 2),
            settleSpan('msg_retry', 'complete', 2),
          ],
        },
      ),
      deliverySpan(ended('msg_ok', 'duplicate', 200), {
        children: [claimSpan('msg_ok', 'duplicate')],
      }),
      deliverySpan({
        'http.response.status_code': 401,
        'ainexlayer.outcome': 'rejected',
        'error.type': 'invalid_signature',
      }),
      deliverySpan(
        { ...ended('msg_parked', 'parked', 200), 'ainexlayer.run': 1 },
        {
          children: [
            claimSpan('msg_parked', 'owned', 1),
            handlerSpan('msg_parked', 1, 'PermanentFailure'),
            { name: 'park', attributes: eventAttributes('msg_parked') },
            settleSpan('msg_parked', 'complete', 1),
          ],
        },
      ),
    ])
  })

  test('their metrics are these', async () => {
    const { receiverOptions } = begin()
    await sendAll(receiverWith(receiverOptions))
    const of = (outcome: string) => ({ ...about, outcome })
    const store = { store: 'memory', result: 'ok' }
    const handler = { endpoint: 'billing', ...known }
    expect(await sdk.metrics()).toEqual({
      'ainexlayer.webhooks.deliveries': [
        [{ ...of('processed'), ...known }, 2],
        [{ ...of('failed'), ...known }, 1],
        [{ ...of('duplicate'), ...known }, 1],
        [of('rejected'), 1],
        [{ ...of('parked'), ...known }, 1],
      ],
      'ainexlayer.webhooks.refusals': [
        [{ ...of('failed'), code: 'handler_failed' }, 1],
        [{ ...of('rejected'), code: 'invalid_signature' }, 1],
      ],
      'ainexlayer.webhooks.delivery.duration': [
        [of('processed'), 2],
        [of('failed'), 1],
        [of('duplicate'), 1],
        [of('rejected'), 1],
        [of('parked'), 1],
      ],
      'ainexlayer.webhooks.delivery.lag': [[{ ...about, ...known }, 3]],
      'ainexlayer.webhooks.delivery.runs': [[{ ...about, ...known }, 4]],
      'ainexlayer.webhooks.handler.duration': [
        [{ ...handler, result: 'ok' }, 2],
        [{ ...handler, result: 'error' }, 2],
      ],
      'ainexlayer.webhooks.store.duration': [
        [{ ...store, operation: 'claim' }, 5],
        [{ ...store, operation: 'complete' }, 3],
        [{ ...store, operation: 'release' }, 1],
      ],
      'ainexlayer.webhooks.in_flight': [[about, 0]],
    })
  })

  test('the handler’s span is the active one in the handler, also after it has waited, and none is after it', async () => {
    const { receiverOptions } = begin()
    const active: unknown[] = []
    const receiver = receiverWith(receiverOptions).on('user.login', async () => {
      active.push(trace.getActiveSpan()?.spanContext().spanId)
      await new Promise((resolve) => setImmediate(resolve))
      active.push(trace.getActiveSpan()?.spanContext().spanId)
      sdk.tracerProvider.getTracer('app').startSpan('SELECT').end()
    })
    await receiver.handle(await signed('msg_1', 'user.login'))
    expect(trace.getActiveSpan()).toBe(undefined)
    const handler = sdk.spans().find(({ name }) => name === 'handler user.login')
    const { spanId } = handler?.spanContext() ?? {}
    expect(spanId).toEqual(expect.any(String))
    expect(active).toEqual([spanId, spanId])
    expect(sdk.spans().find(({ name }) => name === 'SELECT')?.parentSpanContext?.spanId).toBe(
      spanId,
    )
  })

  test('a delivery is a child of the server’s span, and still only links to the sender', async () => {
    const { receiverOptions } = begin()
    const server = sdk.tracerProvider.getTracer('http').startSpan('POST /webhooks')
    await context.with(trace.setSpan(context.active(), server), async () =>
      receiverWith(receiverOptions).handle(await signed('msg_ok')),
    )
    const delivery = sdk.spans().find(({ name }) => name === 'handle billing')
    expect(delivery?.parentSpanContext?.spanId).toBe(server.spanContext().spanId)
    expect(delivery?.links.map((link) => link.context)).toMatchObject([{ ...sent, isRemote: true }])
  })

  test('with `requestTrace: parent` it continues the sender’s trace', async () => {
    const { receiverOptions } = begin({ requestTrace: 'parent' })
    await receiverWith(receiverOptions).handle(await signed('msg_ok'))
    const delivery = sdk.spans().find(({ name }) => name === 'handle billing')
    expect(delivery?.parentSpanContext).toMatchObject(sent)
    expect(delivery?.links).toEqual([])
    expect(new Set(sdk.spans().map((span) => span.spanContext().traceId))).toEqual(
      new Set([sent.traceId]),
    )
  })

  test.each([
    'nonsense',
    `00-${'0'.repeat(32)}-${sent.spanId}-01`,
    `ff-${sent.traceId}-${sent.spanId}-01`,
    `00-${sent.traceId}-${sent.spanId}-01-${'x'.repeat(1000)}`,
  ])('the trace context %.20s is none', async (traceparent) => {
    const { receiverOptions } = begin({ requestTrace: 'parent' })
    const request = await signed('msg_ok')
    await receiverWith(receiverOptions).handle({
      ...request,
      headers: { ...request.headers, traceparent },
    })
    const delivery = sdk.spans().find(({ name }) => name === 'handle billing')
    expect(delivery?.parentSpanContext).toBe(undefined)
    expect(delivery?.links).toEqual([])
  })

  test('what a handler throws is on its span with `errorMessages` only', async () => {
    const { receiverOptions, disable } = begin()
    const failing = await signed('msg_retry')
    await receiverWith(receiverOptions).handle(failing)
    expect(JSON.stringify(sdk.trees())).not.toContain(privateText)
    disable()
    const withMessages = begin({ errorMessages: true })
    await receiverWith(withMessages.receiverOptions).handle(failing)
    const handler = sdk.spans().findLast(({ name }) => name === 'handler chat.message')
    expect(handler?.status.message).toBe(privateText)
    expect(handler?.events[0]?.attributes).toMatchObject({
      'exception.type': 'HandlerBroke',
      'exception.message': privateText,
      'exception.stacktrace': expect.stringContaining('HandlerBroke'),
    })
  })

  test('after `disable` nothing is recorded any more', async () => {
    const { receiverOptions, disable } = begin()
    const receiver = receiverWith(receiverOptions)
    await receiver.handle(await signed('msg_ok'))
    const before = sdk.spans().length
    disable()
    await receiver.handle(await signed('msg_other'))
    expect(sdk.spans().length).toBe(before)
    const found = await sdk.metrics()
    expect(found['ainexlayer.webhooks.deliveries']?.map(([, count]) => count)).toEqual([1])
    expect(found['ainexlayer.webhooks.in_flight'] ?? []).toEqual([])
  })

  test('what is in flight is counted while it is', async () => {
    const { receiverOptions } = begin()
    const gate = deferred()
    const receiver = receiverWith(receiverOptions).on('user.login', () => gate.promise)
    const running = receiver.handle(await signed('msg_1', 'user.login'))
    expect((await sdk.metrics())['ainexlayer.webhooks.in_flight']).toEqual([[about, 1]])
    gate.resolve()
    await running
    expect((await sdk.metrics())['ainexlayer.webhooks.in_flight']).toEqual([[about, 0]])
  })

  test('a tracer and a meter that throw change nothing for the sender, and are told of once', async () => {
    const broken = () => {
      throw new Error('broken')
    }
    const startless = { startSpan: broken, startActiveSpan: broken }
    const error = vi.fn()
    const quiet = () => {}
    diag.setLogger({ error, warn: quiet, info: quiet, debug: quiet, verbose: quiet })
    stops.push(() => diag.disable())
    const { receiverOptions } = begin({ tracerProvider: { getTracer: () => startless } })
    expect(await receiverWith(receiverOptions).handle(await signed('msg_ok'))).toMatchObject({
      status: 200,
    })
    expect(error.mock.calls).toEqual([
      ['AINexLayer webhooks: spans or metrics cannot be recorded.', new Error('broken')],
    ])
  })

  test('the types of unknown events have one label together', async () => {
    const { receiverOptions } = begin()
    const receiver = receiverWith(receiverOptions).onUnknown(() => {})
    for (let n = 0; n < 20; n++) {
      const body = JSON.stringify({
        id: `msg_${n}`,
        type: `strange.${n}`,
        timestamp: new Date().toISOString(),
        data: {},
      })
      const request = await signedRequest({ body, id: `msg_${n}`, secret: testSecret })
      expect(await receiver.handle(request)).toMatchObject({ status: 200 })
    }
    const { 'ainexlayer.webhooks.deliveries': deliveries } = await sdk.metrics()
    expect(deliveries).toEqual([[{ ...about, type: 'unknown', outcome: 'processed' }, 20]])
    expect(new Set(sdk.spans().map(({ name }) => name))).toEqual(
      new Set(['handle billing', 'claim', 'handler unknown', 'complete']),
    )
  })
})

const deferred = () => {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

test('an option that does not exist or cannot work is refused', () => {
  const wrong: unknown = { requestTrace: 'child' }
  expect(() => instrumentWebhooks(wrong as OtelOptions)).toThrow(
    '`requestTrace` is neither `link` nor `parent`.',
  )
  const misspelt: unknown = { traceProvider: sdk.tracerProvider }
  expect(() => otelChannels(misspelt as OtelOptions)).toThrow('tracerProvider')
})
