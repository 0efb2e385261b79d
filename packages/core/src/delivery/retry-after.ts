/** The longest Retry-After, in seconds: a day. */
const longestSeconds = 86_400

/** Seconds where nobody gave a number. */
const usualSeconds = 30

/** Seconds as Retry-After takes them: a whole number from 1 to a day, whatever was asked for. */
export const wholeSeconds = (seconds: number): number => {
  const whole = Math.min(longestSeconds, Math.max(1, Math.ceil(Number(seconds))))
  return Number.isNaN(whole) ? usualSeconds : whole
}
