import type { Page } from '../api-calls.ts'
import { queryOf } from '../api-calls.ts'
import { count } from './numbers.tsx'

/** Links to the pages before and after, and how many there are. */
export const Pages = ({
  pagination,
  path,
  query,
  what,
  countedUpTo = Number.POSITIVE_INFINITY,
}: {
  readonly pagination: Page<unknown>['pagination']
  readonly path: string
  readonly query: string
  readonly what: string
  /** Where counting ended; default: everything was counted. */
  readonly countedUpTo?: number
}) => {
  const to = (page: number): string => {
    const values = Object.fromEntries(new URLSearchParams(query))
    return `${path}${queryOf({ ...values, page: page === 1 ? undefined : page })}`
  }
  const { page, totalPages, total, nextCursor } = pagination
  const isCounted = nextCursor === null || total < countedUpTo
  return (
    <nav class="pages" aria-label="Pages">
      <span class="muted">
        {isCounted ? count(total) : `${count(total)} or more`} {what}
        {page > 1 || totalPages > 1 ? `, page ${count(page)}` : ''}
        {isCounted && totalPages > 1 ? ` of ${count(totalPages)}` : ''}
      </span>
      <span>
        {page > 1 ? (
          <a class="button" rel="prev" href={to(page - 1)}>
            Newer
          </a>
        ) : null}{' '}
        {nextCursor !== null ? (
          <a class="button" rel="next" href={to(page + 1)}>
            Older
          </a>
        ) : null}
      </span>
    </nav>
  )
}
