import * as z from 'zod'
import { limits } from '../values/limits.ts'
import { timeInput } from '../values/time.ts'

const share = z.number().nullable()

/** The span of the statistics. */
export const StatsQuery = z.object({
  since: timeInput.optional(),
  until: timeInput.optional(),
  /** Splits the span: `hour` or `day`, in UTC. */
  bucket: z.enum(['hour', 'day']).optional(),
})

/** A part of the span of statistics in an answer. */
export const StatsBucketView = z.object({
  /** When it begins. */
  start: z.string(),
  total: z.number(),
  delivered: z.number(),
  failed: z.number(),
  attempts: z.number(),
})

/** The statistics of one webhook or of all in an answer. */
export const StatsView = z.object({
  /** The span, to whole hours: counts are kept by the hour. */
  since: z.string(),
  until: z.string(),
  total: z.number(),
  delivered: z.number(),
  failed: z.number(),
  retrying: z.number(),
  pending: z.number(),
  cancelled: z.number(),
  successRate: share,
  firstAttemptSuccessRate: share,
  attempts: z.number(),
  latencyMs: z.object({ p50: share, p95: share, p99: share }),
  byStatusCode: z.record(z.string(), z.number()),
  byEventType: z.record(z.string(), z.number()),
  /** The parts in which there was something, if a `bucket` was asked for. */
  buckets: z.array(StatsBucketView),
})

/** The body of a recovery. */
export const Recover = z
  .object({
    since: timeInput,
    until: timeInput.optional(),
    eventTypes: z.array(z.string()).optional(),
    status: z
      .array(z.enum(['failed', 'cancelled']))
      .min(1)
      .default(['failed']),
    ratePerSecond: z
      .number()
      .min(limits.recover.ratePerSecond.min)
      .max(limits.recover.ratePerSecond.max)
      .default(limits.recover.ratePerSecond.default),
    dryRun: z.boolean().default(false),
  })
  .strict()

/** The result of a recovery in an answer. */
export const RecoverView = z.object({ matched: z.number(), queued: z.number() })
