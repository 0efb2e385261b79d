import type {
  ChannelMessage,
  ChannelMessages,
  ChannelMoment,
  DeliveryMessage,
} from '@ainexlayer/webhooks'
import {
  type Context,
  context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { errorType, exceptionAttributes } from './failure.ts'
import { instrumentationName } from './instrumentation-name.ts'
import type { OtelOptions } from './options.ts'
import { spanShapes } from './span-shapes.ts'
import { remoteSpan, writeSpan } from './trace-context.ts'

/** Spans, from the start of a moment to its end. */
export interface Spans {
  /** Starts the span. Returns the context with it; undefined where the moment has none. */
  start<Moment extends ChannelMoment>(
    moment: Moment,
    message: ChannelMessages[Moment],
  ): Context | undefined
  end<Moment extends ChannelMoment>(moment: Moment, message: ChannelMessages[Moment]): void
}

/** Where a delivery's span belongs. */
interface Place {
  readonly parent: Context
  readonly links: Link[]
}

const placeOf = (
  { entrance, traceparent, tracestate }: DeliveryMessage,
  { requestTrace = 'link', jobTrace = 'link' }: OtelOptions,
): Place => {
  const active = context.active()
  const remote = remoteSpan(traceparent, tracestate)
  if (remote === undefined) return { parent: active, links: [] }
  if ((entrance === 'work' ? jobTrace : requestTrace) === 'link') {
    return { parent: active, links: [{ context: remote }] }
  }
  // A span of the server that continues the same trace already is nearer than the sender's.
  const isContinued = trace.getSpanContext(active)?.traceId === remote.traceId
  return { parent: isContinued ? active : trace.setSpanContext(active, remote), links: [] }
}

const none: Link[] = []

const isDelivery = (moment: ChannelMoment, message: object): message is DeliveryMessage =>
  moment === 'delivery' && 'entrance' in message

/** Makes the spans of all moments. */
export const spansOf = (options: OtelOptions): Spans => {
  const { tracerProvider = trace, errorMessages = false } = options
  const tracer = tracerProvider.getTracer(instrumentationName)
  // Weak: a delivery that never ends takes its span with it.
  const open = new WeakMap<ChannelMessage, Span>()
  return {
    start: (moment, message) => {
      const shape = spanShapes[moment].start(message)
      if (shape === undefined) return undefined
      const { name, kind = SpanKind.INTERNAL, attributes } = shape
      const { parent, links } = isDelivery(moment, message)
        ? placeOf(message, options)
        : { parent: context.active(), links: none }
      const span = tracer.startSpan(name, { kind, attributes, links }, parent)
      open.set(message, span)
      if ('carrier' in message) writeSpan(span.spanContext(), message.carrier)
      return trace.setSpan(parent, span)
    },
    end: (moment, message) => {
      const span = open.get(message)
      if (span === undefined) return
      open.delete(message)
      const { end, failure } = spanShapes[moment]
      if (end !== undefined) span.setAttributes(end(message))
      if (message.error !== undefined) {
        const exception = exceptionAttributes(message.error, errorMessages)
        span.setAttribute('error.type', errorType(message.error))
        span.addEvent('exception', exception)
        const told = exception['exception.message']
        span.setStatus({
          code: SpanStatusCode.ERROR,
          ...(typeof told === 'string' ? { message: told } : {}),
        })
      } else {
        const code = failure?.(message)
        if (code !== undefined) {
          span.setAttribute('error.type', code)
          span.setStatus({ code: SpanStatusCode.ERROR, message: code })
        }
      }
      span.end()
    },
  }
}
