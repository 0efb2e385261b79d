import { WebhookConfigurationError } from '../errors.ts'

/** The farthest times that a Date can hold, unix milliseconds. */
const farthestMs = 8.64e15

const unusable = (what: string): WebhookConfigurationError =>
  new WebhookConfigurationError(
    'option_invalid',
    `\`now\` ${what}, where a time in unix milliseconds is due.`,
    'Pass a function that answers as `Date.now` does.',
  )

/**
 * A clock of the user's that is asked as a whole: with a time that is no number every comparison is false, and a
 * window that compares nothing is open. The clock throws instead.
 */
export const checkedClock =
  (now: () => number): (() => number) =>
  () => {
    let answered: unknown
    try {
      answered = now()
    } catch {
      throw unusable('threw')
    }
    if (typeof answered === 'number' && Math.abs(answered) <= farthestMs) return answered
    throw unusable(`answered ${typeof answered === 'number' ? answered : `a ${typeof answered}`}`)
  }

/** @throws WebhookConfigurationError `option_invalid` unless it is a finite number of seconds, 0 or more */
export const assertTolerance = (seconds: number): void => {
  if (Number.isFinite(seconds) && seconds >= 0) return
  throw new WebhookConfigurationError(
    'option_invalid',
    `\`toleranceSeconds\` is ${String(seconds)}.`,
    'Pass seconds, 0 or more.',
  )
}
