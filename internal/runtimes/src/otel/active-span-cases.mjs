import assert from 'node:assert/strict'
import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { instrumentWebhooks, otelChannels } from '@ainexlayer/webhooks-otel'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const pause = () => new Promise((resolve) => setTimeout(resolve, 1))

/** Twenty deliveries at once, each with its own span active in its handler before and after it waits. */
const nested = async (options, exporter) => {
  const active = new Map()
  const receiver = createReceiver({ secret: testSecret, logger: quiet, ...options }).on(
    '*',
    async (event) => {
      const before = trace.getActiveSpan()?.spanContext().spanId
      await pause()
      active.set(event.id, [before, trace.getActiveSpan()?.spanContext().spanId])
    },
  )
  const send = async () => receiver.handle(await signedRequest({ event: fixture('user.login') }))
  const results = await Promise.all(Array.from({ length: 20 }, send))
  await pause()
  assert.deepEqual(new Set(results.map(({ status }) => status)), new Set([200]))
  assert.equal(trace.getActiveSpan(), undefined)
  const spans = exporter.getFinishedSpans()
  const idOf = (span) => span.attributes['messaging.message.id']
  assert.equal(active.size, 20)
  for (const handler of spans.filter((span) => span.name.startsWith('handler '))) {
    const { spanId } = handler.spanContext()
    assert.deepEqual(active.get(idOf(handler)), [spanId, spanId])
    const parent = spans.find(
      (span) => span.spanContext().spanId === handler.parentSpanContext?.spanId,
    )
    assert.equal(parent?.name, 'handle default')
    assert.equal(idOf(parent), idOf(handler))
  }
  assert.equal(spans.length, 80)
}

const sdk = () => {
  const exporter = new InMemorySpanExporter()
  const spanProcessors = [new SimpleSpanProcessor(exporter)]
  return { exporter, tracerProvider: new BasicTracerProvider({ spanProcessors }) }
}

export const cases = {
  instrumentWebhooks: async () => {
    const { exporter, tracerProvider } = sdk()
    const { disable } = instrumentWebhooks({ tracerProvider })
    await nested({}, exporter).finally(disable)
  },
  otelChannels: async () => {
    const { exporter, tracerProvider } = sdk()
    await nested({ channels: otelChannels({ tracerProvider }) }, exporter)
  },
}

/** Runs cases; says how many passed, and why the others did not. */
export const runCases = async (cases) => {
  let passed = 0
  const failures = []
  for (const [what, run] of Object.entries(cases)) {
    try {
      await run()
      passed++
    } catch (error) {
      failures.push(`${what}: ${error.message}`)
    }
  }
  return { passed, failures }
}
