import type { ChannelMessages, ChannelMoment } from '@ainexlayer/webhooks'
import { type Context, diag } from '@opentelemetry/api'
import { metricsOf } from './metrics.ts'
import type { OtelOptions } from './options.ts'
import { spansOf } from './spans.ts'

/** What both ways of listening stand on. Nothing of it throws: a failure goes to OpenTelemetry's own `diag`. */
export interface Telemetry {
  /** Told of a start. Returns what is active while the work runs; undefined where that does not change. */
  start<Moment extends ChannelMoment>(
    moment: Moment,
    message: ChannelMessages[Moment],
  ): Context | undefined
  end<Moment extends ChannelMoment>(moment: Moment, message: ChannelMessages[Moment]): void
  /** Ends what observes without being told. */
  close(): void
}

/** Makes spans and metrics of what receivers tell. */
export const telemetryOf = (options: OtelOptions): Telemetry => {
  const spans = spansOf(options)
  const metrics = metricsOf(options)
  let isTold = false
  const guarded = <Value>(call: () => Value): Value | undefined => {
    try {
      return call()
    } catch (error) {
      // Once: what is broken is so for each delivery.
      if (!isTold) diag.error('AINexLayer webhooks: spans or metrics cannot be recorded.', error)
      isTold = true
      return undefined
    }
  }
  return {
    start: (moment, message) => {
      guarded(() => metrics.start(moment, message))
      return guarded(() => spans.start(moment, message))
    },
    end: (moment, message) => {
      guarded(() => metrics.end(moment, message))
      guarded(() => spans.end(moment, message))
    },
    close: metrics.close,
  }
}
