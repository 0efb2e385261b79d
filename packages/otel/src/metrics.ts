import type {
  ChannelMessages,
  ChannelMoment,
  DeliveryEnd,
  DeliveryMessage,
} from '@ainexlayer/webhooks'
import {
  type Attributes,
  metrics as globalMetrics,
  type ObservableResult,
} from '@opentelemetry/api'
import { instrumentationName } from './instrumentation-name.ts'
import type { OtelOptions } from './options.ts'

/** Metrics of all moments. */
export interface Metrics {
  start<Moment extends ChannelMoment>(moment: Moment, message: ChannelMessages[Moment]): void
  end<Moment extends ChannelMoment>(moment: Moment, message: ChannelMessages[Moment]): void
  /** Stops to observe what is in flight. */
  close(): void
}

/** Seconds: a handler answers within half a minute, or the sender gives up. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Seconds: retries come for a day and longer. */
const lags = [0.5, 1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400, 259_200]
const none: readonly DeliveryEnd[] = []

const runs = [1, 2, 3, 5, 8, 13, 21]

/** Of unknown events a caller chooses the type: they have one label together. */
const withType = (
  labels: Attributes,
  { type, isKnown }: Pick<DeliveryEnd, 'type' | 'isKnown'>,
): Attributes => {
  if (type !== undefined) labels['type'] = isKnown ? type : 'unknown'
  return labels
}

/** These end what the sender began: a duplicate or a failure says nothing about the lag. */
const isDone = ({ outcome }: DeliveryEnd): boolean =>
  outcome === 'processed' || outcome === 'accepted' || outcome === 'parked'

const resultOf = (error: unknown): 'ok' | 'error' => (error === undefined ? 'ok' : 'error')

/** Makes the metrics of all moments. */
export const metricsOf = ({
  meterProvider = globalMetrics,
  now = Date.now,
}: OtelOptions): Metrics => {
  const meter = meterProvider.getMeter(instrumentationName)
  const seconds = (name: string, description: string, explicitBucketBoundaries = durations) =>
    meter.createHistogram(name, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries },
    })
  const deliveries = meter.createCounter('ainexlayer.webhooks.deliveries', {
    description: 'Deliveries that ended, by type and outcome.',
    unit: '{delivery}',
  })
  const refusals = meter.createCounter('ainexlayer.webhooks.refusals', {
    description: 'Deliveries that were refused or failed, by code.',
    unit: '{delivery}',
  })
  const deliveryDuration = seconds(
    'ainexlayer.webhooks.delivery.duration',
    'From the arrival of a request, or the start of a job, to its outcome.',
  )
  const lag = seconds(
    'ainexlayer.webhooks.delivery.lag',
    'From the time of an event until it was handled, queued or parked.',
    lags,
  )
  const queueWait = seconds(
    'ainexlayer.webhooks.queue.wait',
    'From the arrival of a request until a worker began with its job.',
    lags,
  )
  const runNumber = meter.createHistogram('ainexlayer.webhooks.delivery.runs', {
    description: 'Which run of its event a delivery was: more than 1 after a failure.',
    unit: '{run}',
    advice: { explicitBucketBoundaries: runs },
  })
  const handlerDuration = seconds(
    'ainexlayer.webhooks.handler.duration',
    'How long each handler ran.',
  )
  const storeDuration = seconds(
    'ainexlayer.webhooks.store.duration',
    'How long each call to the idempotency store took.',
  )
  const inFlight = meter.createObservableUpDownCounter('ainexlayer.webhooks.in_flight', {
    description: 'Deliveries that are under way.',
    unit: '{delivery}',
  })

  // One entry for each endpoint and entrance, and so of a size that the program sets.
  const underWay = new Map<string, { readonly attributes: Attributes; count: number }>()
  const counted = new WeakSet<DeliveryMessage>()
  const observe = (result: ObservableResult): void => {
    for (const { attributes, count } of underWay.values()) result.observe(count, attributes)
  }
  inFlight.addCallback(observe)

  const begin = (message: DeliveryMessage): void => {
    const { endpoint, entrance, receivedAtMs } = message
    const key = `${entrance} ${endpoint}`
    const entry = underWay.get(key) ?? { attributes: { endpoint, entrance }, count: 0 }
    entry.count++
    underWay.set(key, entry)
    counted.add(message)
    if (entrance === 'work' && receivedAtMs !== undefined) {
      queueWait.record(Math.max(0, now() - receivedAtMs) / 1000, { endpoint })
    }
  }

  const countEnd = (end: DeliveryEnd, endpoint: string, entrance: string): void => {
    const { code, eventTimeMs, run, outcome = 'failed' } = end
    const typed = withType({ endpoint, entrance }, end)
    deliveries.add(1, withType({ endpoint, entrance, outcome }, end))
    if (code !== undefined) refusals.add(1, { endpoint, entrance, outcome, code })
    if (run !== undefined) runNumber.record(run, typed)
    if (isDone(end) && eventTimeMs !== undefined && Number.isFinite(eventTimeMs)) {
      lag.record(Math.max(0, now() - eventTimeMs) / 1000, typed)
    }
  }

  const finish = (message: DeliveryMessage): void => {
    const { endpoint, entrance, outcome = 'failed', durationMs = 0, others = none } = message
    const entry = underWay.get(`${entrance} ${endpoint}`)
    if (entry !== undefined && counted.delete(message)) entry.count--
    deliveryDuration.record(durationMs / 1000, { endpoint, entrance, outcome })
    countEnd(message, endpoint, entrance)
    for (const end of others) countEnd(end, endpoint, entrance)
  }

  const ends: {
    readonly [Moment in ChannelMoment]?: (message: ChannelMessages[Moment]) => void
  } = {
    delivery: finish,
    handler: (message) =>
      handlerDuration.record(
        (message.durationMs ?? 0) / 1000,
        withType({ endpoint: message.endpoint, result: resultOf(message.error) }, message),
      ),
    store: ({ store, operation, durationMs = 0, error }) =>
      storeDuration.record(durationMs / 1000, { store, operation, result: resultOf(error) }),
  }
  const starts: {
    readonly [Moment in ChannelMoment]?: (message: ChannelMessages[Moment]) => void
  } = { delivery: begin }

  return {
    start: (moment, message) => starts[moment]?.(message),
    end: (moment, message) => ends[moment]?.(message),
    close: () => inFlight.removeCallback(observe),
  }
}
