import type { Page, PageRequest, Pagination } from '../model/page.ts'

/** One page as the platform answers it. */
export interface PageContent<T> {
  readonly data: T[]
  readonly pagination: Pagination
}

/** Asks for the first page at once, and for the others as somebody iterates. */
export const pageRequest = <T>(
  fetchPage: (page: number) => Promise<PageContent<T>>,
  first: number,
): PageRequest<T> => {
  async function* items(content: PageContent<T>) {
    yield* content.data
    let { data, pagination } = content
    // It counts by itself: an answer that always says `page: 1` must not make the loop endless.
    for (let page = first + 1; page <= pagination.totalPages && data.length > 0; page++) {
      const next = await fetchPage(page)
      data = next.data
      pagination = next.pagination
      yield* data
    }
  }
  const firstPage = fetchPage(first).then(
    (content): Page<T> => ({ ...content, [Symbol.asyncIterator]: () => items(content) }),
  )
  // Who awaits the list gets its rejection. Until then it has an owner, so that it does not end the process.
  firstPage.catch(() => {})
  return Object.assign(firstPage, {
    async *[Symbol.asyncIterator]() {
      yield* await firstPage
    },
  })
}
