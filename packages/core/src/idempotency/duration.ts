import { WebhookConfigurationError } from '../errors.ts'

/** The longest duration that timers and stores can hold: 2^31 - 1 ms, about 24.8 days. */
const longestMs = 2 ** 31 - 1

/**
 * Checks a duration that a store is given, so that all stores refuse the same ones.
 *
 * @throws WebhookConfigurationError `option_invalid` unless it is more than 0 and below 2^31 milliseconds
 */
export const assertDuration = (name: string, ms: number): void => {
  if (Number.isFinite(ms) && ms > 0 && ms <= longestMs) return
  throw new WebhookConfigurationError(
    'option_invalid',
    `\`${name}\` is ${typeof ms === 'number' ? ms : `of type ${typeof ms}`}.`,
    `Pass milliseconds, more than 0 and at most ${longestMs}.`,
  )
}
