import type { Health, WebhookSettings } from '../shapes/webhook.ts'

const day = 24 * 60 * 60 * 1000

/** When a failing endpoint is disabled. */
export const disableRule = { withoutSuccessMs: 5 * day, exhaustedDeliveries: 3 } as const

/** The rule in words; null for a webhook that is never disabled by it. */
export const disableRuleText = ({ retry }: Pick<WebhookSettings, 'retry'>): string | null =>
  retry.disables === true
    ? `disabled after ${disableRule.withoutSuccessMs / day} days without a success and ${disableRule.exhaustedDeliveries} exhausted deliveries`
    : null

/** The health of an endpoint before its first attempt. */
export const newHealth: Health = {
  consecutiveFailures: 0,
  exhausted: 0,
  failingSince: undefined,
  lastSuccessAt: undefined,
}

/** The result of an attempt, as far as health goes. */
export interface HealthChange {
  readonly delivered: boolean
  /** Whether it was the last attempt of its schedule. */
  readonly exhausted: boolean
  /** Unix milliseconds. */
  readonly at: number
}

/** The health after an attempt. */
export const healthAfter = (health: Health, { delivered, exhausted, at }: HealthChange): Health =>
  delivered
    ? { ...newHealth, lastSuccessAt: at }
    : {
        consecutiveFailures: health.consecutiveFailures + 1,
        exhausted: health.exhausted + (exhausted ? 1 : 0),
        failingSince: health.failingSince ?? at,
        lastSuccessAt: health.lastSuccessAt,
      }

/** Whether an endpoint has failed for so long that it is disabled. */
export const isFailing = ({ exhausted, failingSince }: Health, now: number): boolean =>
  failingSince !== undefined &&
  now - failingSince >= disableRule.withoutSuccessMs &&
  exhausted >= disableRule.exhaustedDeliveries
