import { ApiError } from '../errors/errors.ts'
import type { PageRequest, Pagination } from '../model/page.ts'
import type { CallOptions, PostOptions } from '../options/client-options.ts'
import { isRecord } from './is-record.ts'
import { type PageContent, pageRequest } from './page-request.ts'
import type { ApiRequest, Transport } from './transport.ts'
import { type QueryValue, queryString } from './url.ts'

/** What to ask of a list, and the page to begin with. */
export type PageQuery = Readonly<Record<string, QueryValue>> & {
  readonly page?: number | undefined
}

/** Calls the platform, and gives its answers the types that the platform documents. */
export interface Caller {
  /** The data of one answer. `request` is a function, so that a mistake in the input rejects. */
  readonly one: <T>(request: () => ApiRequest, options: PostOptions | undefined) => Promise<T>
  /** A list in pages. */
  readonly pages: <T>(
    path: () => string,
    query: PageQuery,
    options: CallOptions | undefined,
  ) => PageRequest<T>
}

const numbers = ['page', 'limit', 'total', 'totalPages'] as const

const isPagination = (value: unknown): value is Pagination =>
  isRecord(value) && numbers.every((name) => typeof value[name] === 'number')

/** The caller over a transport. */
export const createCaller = ({ send }: Pick<Transport, 'send'>): Caller => ({
  async one<T>(request: () => ApiRequest, options: PostOptions = {}) {
    const { data } = await send(request(), options)
    // Types are not checked at run time: a field that the platform adds or drops must not break a call.
    return data as T
  },

  pages<T>(path: () => string, query: PageQuery, options: CallOptions = {}) {
    const fetchPage = async (page: number): Promise<PageContent<T>> => {
      const request = {
        method: 'GET',
        path: `${path()}${queryString({ ...query, page })}`,
      } as const
      const { data, pagination } = await send(request, options)
      if (!Array.isArray(data) || !isPagination(pagination)) {
        throw new ApiError({
          status: 200,
          code: 'UNEXPECTED_ANSWER',
          message: `GET ${path()} was answered 200 with JSON that is not a page of a list.`,
        })
      }
      return { data, pagination }
    }
    return pageRequest(fetchPage, query.page ?? 1)
  },
})
