import {
  createTraceState,
  isSpanContextValid,
  type SpanContext,
  TraceFlags,
} from '@opentelemetry/api'

/** A trace context as W3C writes it; versions after the first may have more behind the flags. */
const traceparentShape =
  /^(?!ff|00-.{53})[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/

/**
 * Reads the trace context of a request or a job. Undefined for anything that is none.
 *
 * @param traceparent - NOT signed: any caller can set it
 */
export const remoteSpan = (
  traceparent: string | undefined,
  tracestate: string | undefined,
): SpanContext | undefined => {
  // A trace context of today has 55 characters.
  if (traceparent === undefined || traceparent.length > 512) return undefined
  const [, traceId = '', spanId = '', flags = ''] = traceparentShape.exec(traceparent) ?? []
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED }
  if (!isSpanContextValid(span)) return undefined
  return {
    ...span,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  }
}

/** Writes a span's context for whoever continues its trace. Does nothing for a span that was not started by an SDK. */
export const writeSpan = (
  span: SpanContext,
  carrier: { traceparent?: string; tracestate?: string },
): void => {
  if (!isSpanContextValid(span)) return
  const flags = (span.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')
  carrier.traceparent = `00-${span.traceId}-${span.spanId}-${flags}`
  const state = span.traceState?.serialize()
  if (state) carrier.tracestate = state
}
