import * as z from 'zod'
import { limits } from '../values/limits.ts'

/** `page` and `limit` of a list. */
export const PageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(limits.pageSize.max).default(limits.pageSize.default),
  /** The `nextCursor` of an earlier page: what comes after it, whatever was added since. `page` is then ignored. */
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the nextCursor of a page')
    .optional(),
})

/** The class of the last status in a query; `none` for no answer. */
export const statusClassInput = z.enum(['2xx', '3xx', '4xx', '5xx', 'none']).optional()

/** Which page of a list is wanted. */
export type PageInput = z.output<typeof PageQuery>

/** Where a page stands in its list. */
export const PaginationView = z.object({
  page: z.number(),
  limit: z.number(),
  total: z.number(),
  totalPages: z.number(),
  /** Where the next page begins; null on the last one. */
  nextCursor: z.string().nullable(),
})

/** The answer `{ success, data, message }`. */
export const successView = <Data extends z.ZodType>(data: Data) =>
  z.object({ success: z.literal(true), data, message: z.string() })

/** The answer with one page of a list. */
export const pageView = <Item extends z.ZodType>(item: Item) =>
  z.object({ success: z.literal(true), data: z.array(item), pagination: PaginationView })

/** An error in an answer. */
export const ErrorView = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
})

/** The answer with an error. */
export const ProblemView = z.object({ success: z.literal(false), error: ErrorView })

/** The body of an answer with data. */
export const succeeded = <Data>(data: Data, message: string) => ({
  success: true as const,
  data,
  message,
})

/** The body of an answer with one page of a list. */
export const paged = <Item>(
  data: readonly Item[],
  { page, limit }: Pick<PageInput, 'page' | 'limit'>,
  total: number,
  nextCursor: string | null,
) => ({
  success: true as const,
  data: [...data],
  pagination: { page, limit, total, totalPages: Math.ceil(total / limit), nextCursor },
})
