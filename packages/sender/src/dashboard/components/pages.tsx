import type { Page } from '../api-calls.ts'
import { queryOf } from '../api-calls.ts'
import { count } from './numbers.tsx'

/** Links to the pages before and after, and how many there are. */
export const Pages = ({
  pagination,
  path,
  query,
  what,
}: {
  readonly pagination: Page<unknown>['pagination']
  readonly path: string
  readonly query: string
  readonly what: string
}) => {
  const to = (page: number): string => {
    const values = Object.fromEntries(new URLSearchParams(query))
    return `${path}${queryOf({ ...values, page: page === 1 ? undefined : page })}`
  }
  const { page, totalPages, total } = pagination
  return (
    <nav class="pages" aria-label="Pages">
      <span class="muted">
        {count(total)} {what}
        {totalPages > 1 ? `, page ${count(page)} of ${count(totalPages)}` : ''}
      </span>
      <span>
        {page > 1 ? (
          <a class="button" rel="prev" href={to(page - 1)}>
            Newer
          </a>
        ) : null}{' '}
        {page < totalPages ? (
          <a class="button" rel="next" href={to(page + 1)}>
            Older
          </a>
        ) : null}
      </span>
    </nav>
  )
}
