import { limits } from '../values/limits.ts'
import { Problem } from '../values/problem.ts'

/** A span of time in unix milliseconds, without its end. */
export interface TimeSpan {
  readonly since: number
  readonly until: number
}

/** A span as a request names it, in ISO 8601. */
export interface SpanInput {
  readonly since?: string | undefined
  readonly until?: string | undefined
}

// One millisecond more: what was made just now belongs to a span that ends now.
const endOf = (until: string | undefined, now: number): number =>
  until === undefined ? now + 1 : Date.parse(until)

const hour = 3_600_000

/** The hour, or the day, in which a time lies. Unix milliseconds. */
export const bucketStart = (ms: number, bucket: 'hour' | 'day'): number => {
  const length = bucket === 'hour' ? hour : 24 * hour
  return Math.floor(ms / length) * length
}

/** The span of the statistics, to whole hours. @throws Problem INVALID_RANGE */
export const statsSpan = (input: SpanInput, now: number): TimeSpan => {
  const { defaultSpan, maxSpan } = limits.stats
  const until = endOf(input.until, now)
  const since = input.since === undefined ? until - defaultSpan * 1000 : Date.parse(input.since)
  if (since >= until || until - since > maxSpan * 1000) {
    throw new Problem('INVALID_RANGE', '`since` must be before `until`, by at most 28 days.', {
      details: { field: 'since', reason: 'out of range' },
    })
  }
  return { since: bucketStart(since, 'hour'), until: bucketStart(until + hour - 1, 'hour') }
}

const tooLarge = (): Problem =>
  new Problem('RANGE_TOO_LARGE', 'A recovery covers at most 14 days and 10,000 deliveries.', {
    details: { field: 'since', reason: 'too large' },
  })

/** The span of a recovery. @throws Problem RANGE_TOO_LARGE, INVALID_RANGE */
export const recoverSpan = (
  input: SpanInput & { readonly since: string },
  now: number,
): TimeSpan => {
  const since = Date.parse(input.since)
  const until = endOf(input.until, now)
  if (since >= until) {
    throw new Problem('INVALID_RANGE', '`since` must be before `until`.', {
      details: { field: 'since', reason: 'not before until' },
    })
  }
  if (until - since > limits.recover.maxSpan * 1000) throw tooLarge()
  return { since, until }
}

/** Refuses a recovery of too many deliveries. @throws Problem RANGE_TOO_LARGE */
export const checkRecovered = (count: number): void => {
  if (count > limits.recover.deliveries) throw tooLarge()
}
