/** When a failed delivery is tried again. */
export interface RetrySchedule {
  /** Seconds before each attempt; the first is 0. Its length is the number of attempts. */
  readonly delaysSeconds: readonly number[]
  /** How far each delay is moved at random, as a share of it: 0.2 is up to 20 % either way. */
  readonly jitter: number
  /** Seconds that an endpoint gets at least after 429, 502, 504 or a timeout; default 0. */
  readonly strainedSeconds?: number
  /** Whether an endpoint that fails for days is switched off; default false. */
  readonly disables?: boolean
}

const minute = 60
const hour = 60 * minute

/**
 * The named schedules. `standard` is the example of the Standard Webhooks specification (75 h 35 min);
 * `fast` is for people who watch.
 */
export const retryPresets = {
  standard: {
    delaysSeconds: [
      0,
      5,
      5 * minute,
      30 * minute,
      2 * hour,
      5 * hour,
      10 * hour,
      14 * hour,
      20 * hour,
      24 * hour,
    ],
    jitter: 0.2,
    strainedSeconds: minute,
    disables: true,
  },
  svix: {
    delaysSeconds: [0, 5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour],
    jitter: 0.2,
    strainedSeconds: minute,
    disables: true,
  },
  fast: { delaysSeconds: [0, 1, 2, 4, 8, 16], jitter: 0 },
  none: { delaysSeconds: [0], jitter: 0 },
} as const satisfies Record<string, RetrySchedule>

/** Reads Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP date. Milliseconds from now; undefined when there is none. */
export const readRetryAfter = (value: string | undefined, nowMs: number): number | undefined => {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** What the next delay depends on. */
export interface RetryInput {
  readonly schedule: RetrySchedule
  /** How many attempts there were. */
  readonly attempts: number
  /** What the receiver asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** Whether the endpoint said that it is overrun, or did not answer in time. */
  readonly strained?: boolean
  /** 0 to 1. */
  readonly random: () => number
}

/**
 * Milliseconds until the next attempt, or undefined when the schedule is exhausted. Retry-After is
 * honoured between the scheduled delay and the larger of twice that delay and one hour.
 */
export const nextDelayMs = ({
  schedule,
  attempts,
  retryAfterMs,
  strained = false,
  random,
}: RetryInput): number | undefined => {
  const seconds = schedule.delaysSeconds[attempts]
  if (seconds === undefined) return undefined
  const planned = seconds * 1000 * (1 + schedule.jitter * (2 * random() - 1))
  const base = strained ? Math.max(planned, (schedule.strainedSeconds ?? 0) * 1000) : planned
  if (retryAfterMs === undefined) return base
  return Math.min(Math.max(retryAfterMs, base), Math.max(2 * base, hour * 1000))
}
