import {
  type ChannelMessages,
  type ChannelMoment,
  WebhookConfigurationError,
} from '@ainexlayer/webhooks'
import { contextStore } from './context-store.ts'
import { assertOtelOptions, type OtelOptions } from './options.ts'
import { leave, takeOver } from './running.ts'
import { telemetryOf } from './telemetry.ts'

/** What {@link instrumentWebhooks} has begun. */
export interface WebhooksInstrumentation {
  /** From now on nothing is recorded, and receivers cost what they did before; spans under way are dropped. */
  disable(): void
}

const moments: readonly ChannelMoment[] = [
  'delivery',
  'claim',
  'handler',
  'settle',
  'store',
  'dispatch',
  'park',
]

const unusable = (message: string): WebhookConfigurationError =>
  new WebhookConfigurationError(
    'option_invalid',
    message,
    'Pass `channels: otelChannels()` to `createReceiver`, or use Node 20.16 or later.',
  )

/**
 * Spans and metrics of all receivers in this process, whether they exist already or not. Call it after the
 * OpenTelemetry SDK was started; another call with the same providers takes the place of the one before. On Node from 20.16 on, Bun and Deno; elsewhere, or for one receiver alone, use {@link otelChannels}.
 *
 * @throws WebhookConfigurationError `option_invalid` for an option that cannot work, and on a runtime without
 * `node:diagnostics_channel`, or such as workerd whose channels cannot make a span active
 *
 * @example
 * new NodeSDK({ serviceName: 'billing' }).start()
 * instrumentWebhooks()
 */
export const instrumentWebhooks = (options: OtelOptions = {}): WebhooksInstrumentation => {
  assertOtelOptions('instrumentWebhooks', options)
  const builtin = globalThis.process?.getBuiltinModule
  const diagnostics = builtin?.('node:diagnostics_channel')
  const hooks = builtin?.('node:async_hooks')
  if (diagnostics === undefined || hooks === undefined) {
    throw unusable(
      'This runtime has no `node:diagnostics_channel` that `instrumentWebhooks` could listen to.',
    )
  }
  const active = contextStore(hooks.AsyncLocalStorage)
  // workerd makes a value active without the store: each span would be the root of a trace of its own.
  const trial = diagnostics.channel('ainexlayer.webhooks.otel.trial')
  trial.bindStore(active, () => undefined)
  trial.runStores({}, () => {})
  trial.unbindStore(active)
  if (!active.wasAsked) {
    throw unusable(
      'On this runtime a span cannot be made active through `node:diagnostics_channel`.',
    )
  }
  const telemetry = telemetryOf(options)

  /** A channel of one moment tells its messages, and no others. */
  const listen = <Moment extends ChannelMoment>(moment: Moment): (() => void) => {
    const start = diagnostics.channel(`ainexlayer.webhooks.${moment}.start`)
    const end = diagnostics.channel(`ainexlayer.webhooks.${moment}.end`)
    const onEnd = (message: unknown): void =>
      telemetry.end(moment, message as ChannelMessages[Moment])
    start.bindStore(active, (message) =>
      telemetry.start(moment, message as ChannelMessages[Moment]),
    )
    end.subscribe(onEnd)
    return () => {
      start.unbindStore(active)
      end.unsubscribe(onEnd)
    }
  }

  let stops: readonly (() => void)[] = []
  const disable = (): void => {
    for (const stop of stops) stop()
    stops = []
    telemetry.close()
    leave(disable)
  }
  const { tracerProvider, meterProvider } = options
  takeOver({ tracerProvider, meterProvider, disable })
  stops = moments.map(listen)
  return { disable }
}
