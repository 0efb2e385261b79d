import type { Health } from './webhook.ts'

const day = 24 * 60 * 60 * 1000

/** When an endpoint is switched off by itself. */
export const disableRule = { withoutSuccessMs: 5 * day, exhaustedDeliveries: 3 } as const

/** The health of an endpoint that nothing was sent to yet. */
export const newHealth: Health = {
  consecutiveFailures: 0,
  exhausted: 0,
  failingSince: undefined,
  lastSuccessAt: undefined,
}

/** What an attempt came to, as far as health goes. */
export interface AttemptResult {
  readonly delivered: boolean
  /** Whether it was the last of its schedule. */
  readonly exhausted: boolean
  /** Unix milliseconds. */
  readonly at: number
}

/** The health after an attempt. */
export const healthAfter = (health: Health, { delivered, exhausted, at }: AttemptResult): Health =>
  delivered
    ? { ...newHealth, lastSuccessAt: at }
    : {
        consecutiveFailures: health.consecutiveFailures + 1,
        exhausted: health.exhausted + (exhausted ? 1 : 0),
        failingSince: health.failingSince ?? at,
        lastSuccessAt: health.lastSuccessAt,
      }

/** Whether an endpoint has failed for so long that it is switched off. */
export const isFailing = ({ exhausted, failingSince }: Health, now: number): boolean =>
  failingSince !== undefined &&
  now - failingSince >= disableRule.withoutSuccessMs &&
  exhausted >= disableRule.exhaustedDeliveries
