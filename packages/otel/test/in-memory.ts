import { type Attributes, context, SpanStatusCode } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'

/** A span with what is below it. */
export interface SpanTree {
  readonly name: string
  readonly attributes: Attributes
  readonly error?: string
  readonly exception?: Attributes
  readonly links?: readonly string[]
  readonly children?: readonly SpanTree[]
}

const treeOf = (span: ReadableSpan, all: readonly ReadableSpan[]): SpanTree => {
  const children = all.filter(
    ({ parentSpanContext }) => parentSpanContext?.spanId === span.spanContext().spanId,
  )
  const defined = Object.entries(span.attributes).filter(([, value]) => value !== undefined)
  const [exception] = span.events
  return {
    name: span.name,
    attributes: Object.fromEntries(defined),
    ...(span.status.code === SpanStatusCode.ERROR ? { error: span.status.message ?? '' } : {}),
    ...(exception === undefined ? {} : { exception: exception.attributes ?? {} }),
    ...(span.links.length === 0 ? {} : { links: span.links.map((link) => link.context.spanId) }),
    ...(children.length === 0 ? {} : { children: children.map((child) => treeOf(child, all)) }),
  }
}

/** One value of a metric: its number, or how many were recorded. */
export type Point = readonly [attributes: Attributes, value: number]

const numberIn = (value: unknown): number =>
  typeof value === 'number' ? value : (value as { count: number }).count

/** The SDK with its in-memory exporters, and a context manager. */
export const inMemory = () => {
  context.disable()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  })
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const meterProvider = new MeterProvider({ readers: [reader] })
  return {
    tracerProvider,
    meterProvider,
    spans: () => spans.getFinishedSpans(),
    /** The roots, in their order of starting. */
    trees: (): SpanTree[] => {
      const all = [...spans.getFinishedSpans()].sort(
        (one, other) =>
          one.startTime[0] - other.startTime[0] || one.startTime[1] - other.startTime[1],
      )
      const ids = new Set(all.map((span) => span.spanContext().spanId))
      return all
        .filter(({ parentSpanContext: parent }) => !parent || !ids.has(parent.spanId))
        .map((span) => treeOf(span, all))
    },
    /** All metrics by name. */
    metrics: async (): Promise<Record<string, Point[]>> => {
      exporter.reset()
      await meterProvider.forceFlush()
      const found: Record<string, Point[]> = {}
      for (const { scopeMetrics } of exporter.getMetrics()) {
        for (const { descriptor, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
          found[descriptor.name] = dataPoints.map(({ attributes, value }) => [
            attributes,
            numberIn(value),
          ])
        }
      }
      return found
    },
    close: async () => {
      context.disable()
      await tracerProvider.shutdown()
      await meterProvider.shutdown()
    },
  }
}
