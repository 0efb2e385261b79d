import { assertOptions } from '@ainexlayer/webhooks/queue'
import { diag, type MeterProvider, metrics } from '@opentelemetry/api'
import { instrumentationName } from './instrumentation-name.ts'

/** What a queue, or a parking place, holds at the moment. */
export interface QueueState {
  /** How many jobs are in each state, such as `waiting` and `failed`. */
  readonly jobs: Readonly<Record<string, number>>
  /** How long the oldest job that could run has been waiting, in seconds; 0 when none is. */
  readonly oldestAgeSeconds?: number | undefined
}

/** Options of {@link observeQueue}. */
export interface ObserveQueueOptions {
  /** Default: the global one of `@opentelemetry/api`. */
  readonly meterProvider?: MeterProvider
  /** After so many milliseconds without an answer there is no figure this time; default 5000. */
  readonly timeoutMs?: number
}

/**
 * Asks a queue for its depth and the age of its oldest job whenever metrics are collected. Do it in one process for
 * each queue: the figures are the queue's, not the process's. For a queue that does not answer `readable` is 0, and
 * OpenTelemetry's `diag` says why; the SDK goes on to report the figures before it.
 *
 * @param queue - its name in the metrics
 * @param read - tells its state; see {@link bullmqState} and {@link pgBossState}
 * @returns ends it
 *
 * @example
 * observeQueue('webhooks', bullmqState(queue))
 */
export const observeQueue = (
  queue: string,
  read: () => Promise<QueueState>,
  options: ObserveQueueOptions = {},
): (() => void) => {
  assertOptions<ObserveQueueOptions>('observeQueue', options, { meterProvider: 1, timeoutMs: 1 })
  const { meterProvider = metrics, timeoutMs = 5000 } = options
  const meter = meterProvider.getMeter(instrumentationName)
  const jobs = meter.createObservableGauge('ainexlayer.webhooks.queue.jobs', {
    description: 'Jobs in the queue, by state.',
    unit: '{job}',
  })
  const age = meter.createObservableGauge('ainexlayer.webhooks.queue.age', {
    description: 'How long the oldest job that could run has been waiting.',
    unit: 's',
  })
  const readable = meter.createObservableGauge('ainexlayer.webhooks.queue.readable', {
    description: '1 when the queue told its state, 0 when it did not answer.',
  })
  const gauges = [jobs, age, readable]

  let reading: Promise<QueueState | undefined> | undefined
  /** One question at a time: a queue that is down is not asked again before it has answered. */
  const ask = (): Promise<QueueState | undefined> => {
    reading ??= Promise.resolve()
      .then(read)
      .catch((error: unknown) => {
        diag.warn(`AINexLayer webhooks: the state of the queue ${queue} could not be read.`, error)
        return undefined
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const inTime = async (): Promise<QueueState | undefined> => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, undefined)
    })
    try {
      return await Promise.race([ask(), late])
    } finally {
      clearTimeout(timer)
    }
  }

  const observe: Parameters<typeof meter.addBatchObservableCallback>[0] = async (result) => {
    const state = await inTime()
    result.observe(readable, state === undefined ? 0 : 1, { queue })
    if (state === undefined) return
    for (const [name, count] of Object.entries(state.jobs)) {
      result.observe(jobs, count, { queue, state: name })
    }
    if (state.oldestAgeSeconds !== undefined) {
      result.observe(age, state.oldestAgeSeconds, { queue })
    }
  }
  meter.addBatchObservableCallback(observe, gauges)
  return () => meter.removeBatchObservableCallback(observe, gauges)
}
