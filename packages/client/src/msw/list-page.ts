import { type PageInput, paged, unixMs } from '@ainexlayer/webhooks-contract'
import type { Reply } from './route.ts'

/** The answer with one page of a list. */
export const listPage = (items: readonly object[], { page, limit }: PageInput): Reply => ({
  body: paged(items.slice((page - 1) * limit, page * limit), { page, limit }, items.length),
})

/** The ends of a time filter, in ISO 8601. */
export interface TimeFilter {
  readonly before?: string | undefined
  readonly after?: string | undefined
}

/** Whether a time in unix milliseconds lies between `before` and `after`. */
export const isInTime = (ms: number, { before, after }: TimeFilter): boolean =>
  ms < (unixMs(before) ?? Number.POSITIVE_INFINITY) &&
  ms > (unixMs(after) ?? Number.NEGATIVE_INFINITY)
