import {
  type ChannelMessages,
  type ChannelMoment,
  WebhookConfigurationError,
} from '@ainexlayer/webhooks'
import { contextStore } from './context-store.ts'
import { assertOtelOptions, type OtelOptions } from './options.ts'
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

/**
 * Spans and metrics of all receivers in this process, whether they exist already or not. Call it once, after the
 * OpenTelemetry SDK was started. On Node from 20.16 on, Bun and Deno; elsewhere, or for one receiver alone, use {@link otelChannels}.
 *
 * @throws WebhookConfigurationError `option_invalid` for an option that cannot work, and on a runtime without
 * `node:diagnostics_channel`
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
    throw new WebhookConfigurationError(
      'option_invalid',
      'This runtime has no `node:diagnostics_channel` that `instrumentWebhooks` could listen to.',
      'Pass `channels: otelChannels()` to `createReceiver`, or use Node 20.16 or later.',
    )
  }
  const telemetry = telemetryOf(options)
  const active = contextStore(hooks.AsyncLocalStorage)

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

  let stops = moments.map(listen)
  return {
    disable: () => {
      for (const stop of stops) stop()
      stops = []
      telemetry.close()
    },
  }
}
