const seconds = /^\d{1,9}$/

/** The wait that a `retry-after` header asks for, in milliseconds: seconds or an HTTP date. */
export const readRetryAfter = (header: string | null, nowMs: number): number | undefined => {
  if (header === null) return undefined
  const value = header.trim()
  if (seconds.test(value)) return Number(value) * 1000
  // Every HTTP date ends like this; `Date.parse` alone accepts even `1.5` as a date.
  if (!value.endsWith(' GMT')) return undefined
  const timeMs = Date.parse(value)
  return Number.isNaN(timeMs) ? undefined : Math.max(0, timeMs - nowMs)
}
