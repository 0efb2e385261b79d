import * as z from 'zod'
import { limits } from '../values/limits.ts'
import { timeInput } from '../values/time.ts'

const share = z.number().nullable()

/** The span of the statistics. */
export const StatsQuery = z.object({ since: timeInput.optional(), until: timeInput.optional() })

/** The statistics of a webhook in an answer. */
export const StatsView = z.object({
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
