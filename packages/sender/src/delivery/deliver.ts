import type { Fault } from '../faults/fault.ts'
import type { Message } from '../message/message.ts'
import { type Attempt, attemptDelivery } from './attempt.ts'
import { type Clock, systemClock } from './clock.ts'
import { nextDelayMs, type RetrySchedule, retryPresets } from './retry-schedule.ts'

/** What became of a message at one endpoint. */
export interface Delivery {
  /** `gone`: the endpoint answered 410 and should be disabled. */
  readonly status: 'delivered' | 'failed' | 'gone'
  readonly message: Message
  readonly attempts: readonly Attempt[]
}

/** What {@link deliver} needs. */
export interface DeliverOptions {
  readonly endpoint: {
    readonly url: string
    /** `whsec_…` */
    readonly secret: string
  }
  readonly message: Message
  /** Default: `retryPresets.standard`. */
  readonly retry?: RetrySchedule
  /** Milliseconds for one attempt, to the end of the answer; default 30 000, as the platform's page says. */
  readonly timeoutMs?: number
  /** Faults of every attempt. */
  readonly faults?: readonly Fault[]
  /** Default: the real clock. */
  readonly clock?: Clock
  /** 0 to 1, for jitter; default `Math.random`. */
  readonly random?: () => number
  /** Stops the retries; the attempt that is under way still ends. */
  readonly signal?: AbortSignal
}

const gone = 410

/** Delivers a message: attempts until one is answered 2xx, the endpoint is gone, or the schedule ends. */
export const deliver = async (options: DeliverOptions): Promise<Delivery> => {
  const { message, faults = [], timeoutMs = 30_000, signal } = options
  const endpoint = { url: options.endpoint.url, secrets: [options.endpoint.secret] }
  const schedule = options.retry ?? retryPresets.standard
  const clock = options.clock ?? systemClock
  const random = options.random ?? Math.random
  const attempts: Attempt[] = []

  for (;;) {
    const number = attempts.length + 1
    const attempt = await attemptDelivery({ endpoint, message, number, timeoutMs, clock, faults })
    attempts.push(attempt)
    if (attempt.outcome === 'delivered') return { status: 'delivered', message, attempts }
    if (attempt.response?.statusCode === gone) return { status: 'gone', message, attempts }
    const { retryAfterMs } = attempt
    const delayMs = nextDelayMs({ schedule, attempts: number, retryAfterMs, random })
    if (delayMs === undefined || signal?.aborted) return { status: 'failed', message, attempts }
    try {
      await clock.sleep(delayMs, signal)
    } catch {
      return { status: 'failed', message, attempts }
    }
  }
}
