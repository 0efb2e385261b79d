import type { OpenEnum } from './open-enum.ts'

/** A schedule with a name: `standard` is the platform's own, `none` sends once. */
export type RetryPreset = OpenEnum<'standard' | 'svix' | 'fast' | 'none'>

/** When the platform sends an event, and again if that failed. */
export interface RetrySchedule {
  /** Seconds before each attempt, the first included: `[0, 5, 300]` is three attempts. */
  delaysSeconds: number[]
  /** By which share each delay varies at random: `0.2` is 20 % either way. */
  jitter: number
}

/** A schedule as an input: by its name, or by its delays. */
export type RetryPolicy =
  | {
      /** A schedule by its name. */
      preset: RetryPreset
    }
  | {
      /** Seconds before each attempt, the first included: `[0, 5, 300]` is three attempts. */
      delaysSeconds: readonly number[]
      /** By which share each delay varies at random. Default: 0.2, which is 20 % either way. */
      jitter?: number | undefined
    }
