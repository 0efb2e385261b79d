import { WebhookConfigurationError } from '../errors.ts'

/** The farthest times that a Date can hold, unix milliseconds. */
const farthestMs = 8.64e15

const invalid = (message: string, fix: string): WebhookConfigurationError =>
  new WebhookConfigurationError('option_invalid', message, fix)

/**
 * A clock of the user's, which throws instead of answering what is no time: every comparison with that is false, and
 * a window that compares nothing is open.
 */
export const checkedClock =
  (now: () => number): (() => number) =>
  () => {
    let ms: unknown
    try {
      ms = now()
    } catch {
      // As if it had answered nothing.
    }
    if (typeof ms === 'number' && Math.abs(ms) <= farthestMs) return ms
    throw invalid('`now` gave no time in unix milliseconds.', 'Pass a function such as `Date.now`.')
  }

/** @throws WebhookConfigurationError `option_invalid` unless it is a finite number of seconds, 0 or more */
export const assertTolerance = (seconds: number): void => {
  if (Number.isFinite(seconds) && seconds >= 0) return
  throw invalid(`\`toleranceSeconds\` is ${seconds}.`, 'Pass seconds, 0 or more.')
}
