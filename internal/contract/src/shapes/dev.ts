import * as z from 'zod'
import { bytesEncodings } from '../values/bytes.ts'
import { isEventFault } from '../values/fault-conflicts.ts'
import { faultSchema } from '../values/fault-schema.ts'
import { limits } from '../values/limits.ts'

/** A kind of fault in the catalogue. */
export const FaultKindView = z.object({
  kind: z.string(),
  /** `event` for those that happen before an event is sent, else `attempt`. */
  actsOn: z.enum(['event', 'attempt']),
  /** The JSON Schema of the fault. */
  schema: z.record(z.string(), z.unknown()),
})

/** Every kind of fault as the API shows it. */
export const faultKindViews = (): z.output<typeof FaultKindView>[] =>
  faultSchema.options.map((option) => {
    const { $schema: _, ...schema } = z.toJSONSchema(option, { io: 'input' })
    const kind = option.shape.kind.value
    return { kind, actsOn: isEventFault({ kind }) ? 'event' : 'attempt', schema }
  })

/** The clock of a sender in an answer. */
export const ClockView = z.object({
  now: z.string(),
  /** Whether it stands still until it is moved. */
  isVirtual: z.boolean(),
  nextAttemptAt: z.string().nullable(),
})

/** The body of a move of the clock: by milliseconds, or to when the next attempt is due. */
export const MoveClock = z.union([
  z.object({ advanceMs: z.number().min(0).max(1e10) }).strict(),
  z.object({ toNextAttempt: z.literal(true) }).strict(),
])

/** A run of a scenario in an answer. */
export const ScenarioRunView = z.object({
  id: z.string(),
  name: z.string(),
  webhookId: z.string(),
  status: z.enum(['running', 'ended', 'failed']),
  /** The steps so far. */
  steps: z.number(),
  lastStep: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  verdict: z
    .object({
      passed: z.boolean(),
      /** Why it was skipped. */
      skipped: z.string().nullable(),
      rows: z.array(
        z.object({
          step: z.string(),
          answered: z.array(z.union([z.number(), z.string()])),
          expected: z.string(),
          handled: z.number().nullable(),
          expectedHandled: z.number().nullable(),
          verdict: z.enum(['ok', 'wrong']),
        }),
      ),
    })
    .nullable(),
  /** Why it could not be played to its end. */
  error: z.string().nullable(),
})

const headers = z.record(z.string().max(200), z.string().max(16_384))

/** A request that a local server captured, and what it made of it. */
export const CapturedInput = z
  .object({
    method: z.string().max(20),
    path: z.string().max(limits.urlCharacters),
    headers,
    body: z.string(),
    bodyEncoding: z.enum(bytesEncodings).default('utf8'),
    /** Whether its signature was right; null when nobody looked. */
    verified: z.boolean().nullable().default(null),
    /** Why its signature was not right. */
    reason: z.string().max(500).nullable().default(null),
    /** What the server behind it answered; null when it was not forwarded. */
    forwarded: z
      .object({
        url: z.string().max(limits.urlCharacters),
        statusCode: z.number().int().nullable(),
        durationMs: z.number(),
        error: z.string().max(500).nullable(),
      })
      .strict()
      .nullable()
      .default(null),
  })
  .strict()

/** A captured request in an answer. */
export const CapturedView = CapturedInput.extend({ id: z.string(), receivedAt: z.string() })
