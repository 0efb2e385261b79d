import { z } from '@hono/zod-openapi'
import { ProblemView } from './schemas.ts'

/** `{ success, data, message }`, as the platform's page has it. */
export const succeeded = <Data>(data: Data, message: string) => ({
  success: true as const,
  data,
  message,
})

/** A page of a list. */
export const paged = <Item>(
  data: readonly Item[],
  { page, limit }: { readonly page: number; readonly limit: number },
  total: number,
) => ({
  success: true as const,
  data: [...data],
  pagination: { page, limit, total, totalPages: Math.ceil(total / limit) },
})

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** The description of an answer with data. */
export const answerOf = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  json(z.object({ success: z.literal(true), data: schema, message: z.string() }), description)

/** The description of an answer with a page. */
export const pageOf = <Schema extends z.ZodType>(schema: Schema, description: string) =>
  json(
    z.object({
      success: z.literal(true),
      data: z.array(schema),
      pagination: z.object({
        page: z.number(),
        limit: z.number(),
        total: z.number(),
        totalPages: z.number(),
      }),
    }),
    description,
  )

/** The description of a body in JSON. */
export const bodyOf = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** The descriptions of the errors that any operation may answer, and of its own. */
export const problems = (own: Readonly<Record<number, string>> = {}) =>
  Object.fromEntries(
    Object.entries({
      401: 'UNAUTHORIZED',
      422: 'VALIDATION_ERROR',
      429: 'RATE_LIMITED',
      ...own,
    }).map(([status, description]) => [status, json(ProblemView, description)]),
  )
