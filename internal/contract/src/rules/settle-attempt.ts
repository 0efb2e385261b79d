import type { AttemptRecord } from '../shapes/attempt.ts'
import type { DeliveryProgress, DeliveryRecord } from '../shapes/delivery.ts'
import type { DisabledReason, Health, WebhookRecord } from '../shapes/webhook.ts'
import { nextDelayMs } from '../values/retry-schedule.ts'
import { type HealthChange, healthAfter, isFailing } from './health.ts'

/** What follows from an attempt: the state of the delivery, the health of the endpoint, and whether it is disabled. */
export interface Settled {
  readonly progress: DeliveryProgress
  readonly health: Health
  readonly disable: DisabledReason | undefined
}

/** The result of an attempt, as far as it decides what follows. */
export type AttemptResult = Pick<AttemptRecord, 'outcome' | 'response' | 'error' | 'retryAfterMs'>

const gone = 410

/** Whether another attempt may help: an address that is refused now will be refused again. */
const mayRetry = ({ error }: AttemptResult): boolean => error?.code !== 'blocked_address'

/** Whether the endpoint answered that it is overloaded, or did not answer in time. */
const isStrained = ({ response, error }: AttemptResult): boolean =>
  error?.code === 'timeout' || [429, 502, 504].includes(response?.statusCode ?? 0)

/** The end of a delivery whose event has no bytes any more: nothing can be sent, so there is no attempt. */
export const expired = (delivery: DeliveryRecord, now: number): DeliveryProgress => ({
  status: 'failed',
  attemptCount: delivery.attemptCount,
  nextAttemptAt: undefined,
  lastStatusCode: delivery.lastStatusCode,
  lastError: {
    code: 'payload_expired',
    message: 'the bytes of the event are no longer kept: emit it again',
  },
  completedAt: now,
})

/** Decides what follows from an attempt. It stores nothing. */
export const settleAttempt = (
  webhook: WebhookRecord,
  delivery: DeliveryRecord,
  attempt: AttemptResult,
  now: number,
  random: () => number,
): Settled => {
  const attemptCount = delivery.attemptCount + 1
  const last = {
    attemptCount,
    lastStatusCode: attempt.response?.statusCode,
    lastError: attempt.error,
  }
  const end = (status: 'delivered' | 'failed'): DeliveryProgress => ({
    ...last,
    status,
    nextAttemptAt: undefined,
    completedAt: now,
  })
  const healthWith = (change: Omit<HealthChange, 'at'>): Health =>
    healthAfter(webhook.health, { ...change, at: now })

  if (attempt.outcome === 'delivered') {
    const health = healthWith({ delivered: true, exhausted: false })
    return { progress: end('delivered'), health, disable: undefined }
  }
  if (attempt.response?.statusCode === gone) {
    const health = healthWith({ delivered: false, exhausted: true })
    return { progress: end('failed'), health, disable: 'gone' }
  }
  const delayMs =
    mayRetry(attempt) && attemptCount < delivery.maxAttempts
      ? nextDelayMs({
          schedule: webhook.retry,
          attempts: attemptCount,
          retryAfterMs: attempt.retryAfterMs,
          strained: isStrained(attempt),
          random,
        })
      : undefined
  if (delayMs !== undefined) {
    const health = healthWith({ delivered: false, exhausted: false })
    const nextAttemptAt = now + delayMs
    const progress = { ...last, status: 'retrying', nextAttemptAt, completedAt: undefined } as const
    return { progress, health, disable: undefined }
  }
  const health = healthWith({ delivered: false, exhausted: true })
  const disable = webhook.retry.disables && isFailing(health, now) ? 'failing' : undefined
  return { progress: end('failed'), health, disable }
}
