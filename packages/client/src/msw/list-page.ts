import { type EventRecord, type PageInput, paged, unixMs } from '@ainexlayer/webhooks-contract'
import type { Reply } from './route.ts'

/** The answer with one page of a list; `seqOf` is the number of an item, for the cursor. */
export const listPage = <Item>(
  items: readonly Item[],
  query: PageInput,
  view: (item: Item) => object,
  seqOf: (item: Item) => number,
): Reply => {
  const { page, limit, cursor } = query
  const after = items.findIndex((item) => seqOf(item) === Number(cursor))
  const start = cursor === undefined ? (page - 1) * limit : after < 0 ? items.length : after + 1
  const shown = items.slice(start, start + limit)
  const last = shown.at(-1)
  const hasMore = start + limit < items.length && last !== undefined
  const nextCursor = hasMore ? String(seqOf(last)) : null
  return { body: paged(shown.map(view), query, items.length, nextCursor) }
}

/** The ends of a time filter, in ISO 8601. */
export interface TimeFilter {
  readonly before?: string | undefined
  readonly after?: string | undefined
}

/** Whether a time in unix milliseconds lies between `before` and `after`. */
export const isInTime = (ms: number, { before, after }: TimeFilter): boolean =>
  ms < (unixMs(before) ?? Number.POSITIVE_INFINITY) &&
  ms > (unixMs(after) ?? Number.NEGATIVE_INFINITY)

/** The bytes of an event as text, to search in. */
export const textOf = (event: EventRecord | undefined): string =>
  new TextDecoder().decode(event?.body)
