import { createWriteStream } from 'node:fs'
import { createReceiver } from '@ainexlayer/webhooks'
import { signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { instrumentWebhooks, type OtelOptions } from '@ainexlayer/webhooks-otel'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import { bodyOf } from '../payload.ts'
import { async, type Case, compare } from '../rounds.ts'
import { duration, type Table, times } from '../table.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const nothing = createWriteStream('/dev/null')
const line = (details: object, message: string): void => {
  nothing.write(`${JSON.stringify({ ...details, msg: message })}\n`)
}
/** A line of JSON for everything, as pino writes it. */
const lines = { info: line, warn: line, error: line }

/** Takes the spans, and sends them nowhere. */
const nowhere = {
  export: (_: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
  shutdown: async () => {},
}

const ratioSampler = (share: number): Sampler =>
  new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) })

const sdkWith = (share: number): OtelOptions => ({
  tracerProvider: new BasicTracerProvider({
    sampler: ratioSampler(share),
    spanProcessors: [new BatchSpanProcessor(nowhere)],
  }),
  meterProvider: new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new InMemoryMetricExporter(AggregationTemporality.DELTA),
        exportIntervalMillis: 3_600_000,
      }),
    ],
  }),
})

/** A case with telemetry on while it runs, and off for the others. */
const instrumented = (name: string, options: OtelOptions, plain: Case): Case => ({
  name,
  run: async (count) => {
    const { disable } = instrumentWebhooks(options)
    await plain.run(count)
    disable()
  },
})

/** What logs, limits, traces and metrics add to a whole delivery without a server. */
export const telemetry = async (): Promise<Table> => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const options = { secret: testSecret, logger: quiet }
  const receiver = createReceiver(options).on('chat.message', () => {})
  const logging = createReceiver({ ...options, logger: lines }).on('chat.message', () => {})
  const guarded = createReceiver({
    ...options,
    allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'],
    trustProxy: 1,
    throttle: { limiter: { consume: async () => {} }, count: 'all' },
  }).on('chat.message', () => {})
  const body = bodyOf(1024)
  const deliveries: { method: string; headers: Record<string, string>; body: Uint8Array }[] = []
  for (let n = 0; n < 50_000; n++) {
    const { headers } = await signedRequest({ body, id: `msg_bench_${n}` })
    deliveries.push({ method: 'POST', headers, body })
  }
  const deliverTo = ({ handle }: typeof receiver) => {
    let next = 0
    return async (): Promise<unknown> => {
      const delivery = deliveries[next++ % deliveries.length]
      return delivery && handle({ ...delivery, remoteAddress: '203.0.113.7' })
    }
  }
  const plain = async('nothing subscribed', deliverTo(receiver))
  const rows = await compare(
    [
      plain,
      async('a line of JSON for each delivery', deliverTo(logging)),
      async('allowlist, proxies, and a limit on all requests', deliverTo(guarded)),
      instrumented('webhooks-otel without an SDK', {}, plain),
      instrumented('with metrics, and 1 of 100 traces', sdkWith(0.01), plain),
      instrumented('with metrics, and every trace', sdkWith(1), plain),
    ],
    { rounds: 15 },
  )
  return {
    title: 'Logs, limits, traces and metrics of a delivery of 1 KiB, without a server',
    note: 'receiver.handle with the memory store. Four spans and eight metrics for each delivery, nothing exported; logs go to /dev/null, and the limiter answers at once.',
    columns: ['', 'time', 'ratio'],
    rows: rows.map(({ name, ns, ratio }) => [name, duration(ns), times(ratio)]),
  }
}
