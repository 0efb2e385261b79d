import { WebhookConfigurationError } from '@ainexlayer/webhooks'
import { assertMethods, assertOptions } from '@ainexlayer/webhooks/queue'
import type { MeterProvider, TracerProvider } from '@opentelemetry/api'

/** What a delivery's span does with a trace context that came with the request or the job. */
export type RemoteTrace = 'link' | 'parent'

/** Options of {@link instrumentWebhooks} and {@link otelChannels}. */
export interface OtelOptions {
  /** Default: the global one of `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider
  /** Default: the global one of `@opentelemetry/api`, as it is at the time of the call: start the SDK first. */
  readonly meterProvider?: MeterProvider
  /**
   * The sender's `traceparent`. It is not signed, so any caller can set it, and with it choose the trace and whether it
   * is sampled: `parent` is for senders behind your own gateway. Default `link`.
   */
  readonly requestTrace?: RemoteTrace
  /**
   * The trace context of a job. It is that of the span `send`, and the sender's where the receiver that queued the job
   * has no telemetry: `parent` continues one trace through the queue, for where that is never so. Default `link`.
   */
  readonly jobTrace?: RemoteTrace
  /**
   * Puts the message and the stack of errors on spans, beside their class or code. What handlers throw may hold
   * anything, payloads too. Default false.
   */
  readonly errorMessages?: boolean
  /** The time in unix milliseconds, for the lag of deliveries; default `Date.now`. */
  readonly now?: () => number
}

const assertRemoteTrace = (name: string, value: RemoteTrace | undefined): void => {
  if (value === undefined || value === 'link' || value === 'parent') return
  throw new WebhookConfigurationError(
    'option_invalid',
    `\`${name}\` is neither \`link\` nor \`parent\`.`,
    'Leave it out for `link`: a trace context is not signed.',
  )
}

/**
 * Checks the options of a function.
 *
 * @throws WebhookConfigurationError `option_invalid` for one that cannot work, `option_unknown` for one that does not exist
 */
export const assertOtelOptions = (of: string, options: OtelOptions): void => {
  assertOptions<OtelOptions>(of, options, {
    tracerProvider: 1,
    meterProvider: 1,
    requestTrace: 1,
    jobTrace: 1,
    errorMessages: 1,
    now: 1,
  })
  const { tracerProvider, meterProvider } = options
  const fix = 'Pass what the OpenTelemetry SDK made, or leave it out for the global one.'
  if (tracerProvider !== undefined) {
    assertMethods('tracerProvider', tracerProvider, ['getTracer'], fix)
  }
  if (meterProvider !== undefined) assertMethods('meterProvider', meterProvider, ['getMeter'], fix)
  if (options.now !== undefined && typeof options.now !== 'function') {
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`now\` is of type ${typeof options.now}.`,
      'Pass a function that tells the time in unix milliseconds.',
    )
  }
  assertRemoteTrace('requestTrace', options.requestTrace)
  assertRemoteTrace('jobTrace', options.jobTrace)
}
