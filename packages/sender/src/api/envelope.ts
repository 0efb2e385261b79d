import {
  limits,
  type ProblemCode,
  pageView,
  problemStatuses,
  successView,
} from '@ainexlayer/webhooks-contract'
import { z } from '@hono/zod-openapi'
import { ProblemView } from './components.ts'

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** The description of an answer with data. */
export const answerOf = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  json(successView(schema), description)

/** The description of an answer with a page. */
export const pageOf = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  json(pageView(schema), description)

/** The description of the body in JSON. */
export const bodyOf = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** What a POST may answer beside its own errors: its body may be too large, and its Idempotency-Key another's. */
export const ofPost = [
  'PAYLOAD_TOO_LARGE',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_KEY_IN_USE',
] as const satisfies readonly ProblemCode[]

/** The header of every POST. */
export const PostHeaders = z.object({
  'idempotency-key': z
    .string()
    .max(limits.idempotencyKey.characters)
    .optional()
    .openapi({ description: 'The same for all retries of one call: it takes effect once.' }),
})

/** The descriptions of an operation's errors by their status: those of every operation, and its own. */
export const problems = (...own: readonly ProblemCode[]) => {
  const codes: readonly ProblemCode[] = [
    'UNAUTHORIZED',
    'HOST_NOT_ALLOWED',
    'VALIDATION_ERROR',
    'RATE_LIMITED',
    'INTERNAL_ERROR',
    ...own,
  ]
  return Object.fromEntries(
    codes.map((code) => {
      const status = problemStatuses[code]
      const alike = codes.filter((other) => problemStatuses[other] === status)
      return [status, json(ProblemView, alike.join(', '))]
    }),
  )
}
