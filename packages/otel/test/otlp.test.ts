import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testSecret } from '@ainexlayer/webhooks/testing'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { expect, test } from 'vitest'
import { instrumentWebhooks } from '../src/index.ts'
import { privateText, receiverWith, sendAll, sent, signed } from './deliveries.ts'

interface OtlpSpan {
  readonly name: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
}

/** A collector: keeps what is posted to it. */
const collector = async () => {
  const received: { readonly path: string; readonly text: string }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    received.push({ path: request.url ?? '', text })
    response.setHeader('content-type', 'application/json').end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { received, origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}

test('what leaves the process over OTLP has all spans and metrics, and no payload, signature or secret', async () => {
  context.disable()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const { received, origin, close } = await collector()
  const resource = resourceFromAttributes({ 'service.name': 'billing' })
  const tracerProvider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${origin}/v1/traces` }))],
  })
  const exporter = new OTLPMetricExporter({ url: `${origin}/v1/metrics` })
  const meterProvider = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  })
  const { disable } = instrumentWebhooks({ tracerProvider, meterProvider })
  await sendAll(receiverWith())
  const forged = await signed('msg_forged')
  const headers = {
    ...forged.headers,
    'webhook-signature': 'v1,a-forged-signature',
    authorization: 'Bearer t0k3n',
  }
  await receiverWith().handle({ ...forged, headers })
  await tracerProvider.forceFlush()
  await meterProvider.forceFlush()
  await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()])
  disable()
  close()
  context.disable()

  const spans: OtlpSpan[] = received
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ text }) => JSON.parse(text).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap((scope) => scope.spans)
  const deliveries = spans.filter(({ name }) => name === 'handle billing')
  expect(deliveries.length).toBe(7)
  for (const delivery of deliveries) {
    expect(delivery.parentSpanId ?? '').toBe('')
    expect(delivery.links).toMatchObject([sent])
  }
  const ids = new Set(deliveries.map(({ spanId }) => spanId))
  const children = spans.filter(({ name }) => name !== 'handle billing')
  expect(children.length).toBe(14)
  expect(children.every(({ parentSpanId = '' }) => ids.has(parentSpanId))).toBe(true)

  const metrics = received
    .filter(({ path }) => path === '/v1/metrics')
    .flatMap(({ text }) => JSON.parse(text).resourceMetrics)
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
  expect(new Set(metrics.map(({ name }) => name))).toEqual(
    new Set([
      'ainexlayer.webhooks.deliveries',
      'ainexlayer.webhooks.refusals',
      'ainexlayer.webhooks.delivery.duration',
      'ainexlayer.webhooks.delivery.lag',
      'ainexlayer.webhooks.delivery.runs',
      'ainexlayer.webhooks.handler.duration',
      'ainexlayer.webhooks.store.duration',
      'ainexlayer.webhooks.in_flight',
    ]),
  )

  const all = received.map(({ text }) => text).join('\n')
  const signature = (new Headers(forged.headers).get('webhook-signature') ?? '').slice('v1,'.length)
  const kept = [privateText, testSecret, testSecret.slice('whsec_'.length), signature, 't0k3n']
  for (const text of [...kept, 'a-forged-signature']) {
    expect(text.length).toBeGreaterThan(4)
    expect(all).not.toContain(text)
  }
})
