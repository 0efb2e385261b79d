import type { Attempt } from '../delivery/attempt.ts'
import { nextDelayMs } from '../delivery/retry-schedule.ts'
import type { DeliveryProgress, StoredDelivery } from '../store/delivery-rows.ts'
import { type AttemptResult, healthAfter, isFailing } from '../webhook/health.ts'
import type { DisabledReason, Health, Webhook } from '../webhook/webhook.ts'

/** What follows from an attempt: where the delivery stands, how the endpoint does, and whether it is switched off. */
export interface Settled {
  readonly progress: DeliveryProgress
  readonly health: Health
  readonly disable: DisabledReason | undefined
}

const gone = 410

/** Whether another attempt may help: an address that is refused here will be refused again. */
const mayRetry = ({ error }: Attempt): boolean => error?.code !== 'blocked_address'

/** Answers that say "too fast" or "not now", and no answer in time: the next attempt gives the endpoint air. */
const isStrained = ({ response, error }: Attempt): boolean =>
  error?.code === 'timeout' || [429, 502, 504].includes(response?.statusCode ?? 0)

/** Judges an attempt. Pure: what is kept of it is the caller's. */
export const settleAttempt = (
  webhook: Webhook,
  delivery: StoredDelivery,
  attempt: Attempt,
  now: number,
  random: () => number,
): Settled => {
  const attemptCount = delivery.attemptCount + 1
  const about = {
    attemptCount,
    lastStatusCode: attempt.response?.statusCode,
    lastError: attempt.error,
  }
  const end = (status: 'delivered' | 'failed'): DeliveryProgress => ({
    ...about,
    status,
    nextAttemptAt: undefined,
    completedAt: now,
  })
  const healthWith = (result: Omit<AttemptResult, 'at'>): Health =>
    healthAfter(webhook.health, { ...result, at: now })

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
    const progress: DeliveryProgress = {
      ...about,
      status: 'retrying',
      nextAttemptAt: now + delayMs,
      completedAt: undefined,
    }
    return {
      progress,
      health: healthWith({ delivered: false, exhausted: false }),
      disable: undefined,
    }
  }
  const health = healthWith({ delivered: false, exhausted: true })
  const disable = webhook.retry.disables && isFailing(health, now) ? 'failing' : undefined
  return { progress: end('failed'), health, disable }
}
