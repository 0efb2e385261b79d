import type { ChannelListener, ChannelMoment } from '@ainexlayer/webhooks'
import { type Context, context } from '@opentelemetry/api'
import { assertOtelOptions, type OtelOptions } from './options.ts'
import { telemetryOf } from './telemetry.ts'

/** The listener that {@link otelChannels} makes. */
export interface OtelChannels extends Required<ChannelListener> {
  /** From now on nothing is recorded; spans under way are dropped. */
  disable(): void
}

const momentOf = (name: `${ChannelMoment}.${'start' | 'end'}`): [ChannelMoment, string] => {
  const dot = name.indexOf('.')
  // The name says which moment it is.
  return [name.slice(0, dot) as ChannelMoment, name.slice(dot + 1)]
}

/**
 * Spans and metrics of one receiver, as its option `channels`: for runtimes without `node:diagnostics_channel`, or for
 * one receiver of a process alone. Not beside {@link instrumentWebhooks}: each delivery would be recorded twice.
 *
 * @throws WebhookConfigurationError `option_invalid`
 *
 * @example
 * const receiver = createReceiver({ secret, channels: otelChannels() })
 */
export const otelChannels = (options: OtelOptions = {}): OtelChannels => {
  assertOtelOptions('otelChannels', options)
  const telemetry = telemetryOf(options)
  const contexts = new WeakMap<object, Context>()
  let isOn = true
  return {
    publish: (name, message) => {
      if (!isOn) return
      const [moment, step] = momentOf(name)
      if (step === 'end') {
        telemetry.end(moment, message)
        return
      }
      const active = telemetry.start(moment, message)
      if (active !== undefined) contexts.set(message, active)
    },
    run: (_, message, begin) => {
      const active = contexts.get(message)
      if (active === undefined) {
        begin()
        return
      }
      contexts.delete(message)
      context.with(active, begin)
    },
    disable: () => {
      isOn = false
      telemetry.close()
    },
  }
}
