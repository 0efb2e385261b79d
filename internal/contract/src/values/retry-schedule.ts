/** When a failed delivery is tried again. */
export interface RetrySchedule {
  /** Seconds before each attempt; the first is usually 0. Its length is the number of attempts. */
  readonly delaysSeconds: readonly number[]
  /** How far each delay varies at random, as a share of it: 0.2 is up to 20 % either way. */
  readonly jitter: number
  /** The shortest delay in seconds after 429, 502, 504 or a timeout; default 0. */
  readonly strainedSeconds?: number
  /** Whether an endpoint that fails for days is disabled; default false. */
  readonly disables?: boolean
}

const minute = 60
const hour = 60 * minute

/**
 * The named schedules. `standard` is the example of the Standard Webhooks specification (75 h 35 min);
 * `fast` is for development, where somebody is watching.
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

/** Milliseconds until the first attempt of a new event. */
export const firstDelayMs = (schedule: RetrySchedule, random: () => number): number =>
  nextDelayMs({ schedule, attempts: 0, retryAfterMs: undefined, strained: false, random }) ?? 0

/** What the next delay depends on. */
export interface NextDelayInput {
  readonly schedule: RetrySchedule
  /** The number of attempts so far. */
  readonly attempts: number
  /** The delay that the receiver asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** Whether the endpoint answered that it is overloaded, or did not answer in time. */
  readonly strained: boolean
  /** A number from 0 up to 1. */
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
  strained,
  random,
}: NextDelayInput): number | undefined => {
  const seconds = schedule.delaysSeconds[attempts]
  if (seconds === undefined) return undefined
  const planned = seconds * 1000 * (1 + schedule.jitter * (2 * random() - 1))
  const base = strained ? Math.max(planned, (schedule.strainedSeconds ?? 0) * 1000) : planned
  if (retryAfterMs === undefined) return base
  return Math.min(Math.max(retryAfterMs, base), Math.max(2 * base, hour * 1000))
}
