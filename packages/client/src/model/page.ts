/** Where a page stands in its list. */
export interface Pagination {
  /** Its number, from 1. */
  page: number
  /** Items per page. */
  limit: number
  /** Items on all pages. */
  total: number
  /** The number of pages. */
  totalPages: number
  /** For `cursor`, to read on without being shifted by what is added; `null` on the last page. */
  nextCursor: string | null
}

/**
 * One page of a list. Iterating over it gives its items and then those of every later page; each
 * later page is fetched when its first item is asked for.
 */
export interface Page<T> extends AsyncIterable<T> {
  /** The items of this page. */
  readonly data: T[]
  /** Where this page stands. */
  readonly pagination: Pagination
}

/**
 * The answer of a `list`: await it for one page, or iterate over it for the items of all pages.
 *
 * A list is not frozen: to change what you iterate over (as when deleting webhooks), collect the
 * items first, and for deliveries pass `before`, so that new ones do not shift the pages.
 *
 * @example
 * const page = await client.webhooks.list({ limit: 50 })
 * for await (const webhook of client.webhooks.list({ active: true })) console.log(webhook.url)
 */
export interface PageRequest<T> extends Promise<Page<T>>, AsyncIterable<T> {}
