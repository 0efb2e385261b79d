import { invalid } from './refusal.ts'
import type { Reply } from './route.ts'

const whole = (query: URLSearchParams, name: string, otherwise: number, most: number): number => {
  const given = query.get(name)
  if (given === null) return otherwise
  const value = Number(given)
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw invalid(name, `must be a whole number from 1 to ${most}`)
  }
  return value
}

/** One page of a list, by `page` and `limit` of the query. */
export const listPage = (items: readonly unknown[], query: URLSearchParams): Reply => {
  const page = whole(query, 'page', 1, Number.MAX_SAFE_INTEGER)
  const limit = whole(query, 'limit', 20, 100)
  return {
    data: items.slice((page - 1) * limit, page * limit),
    pagination: {
      page,
      limit,
      total: items.length,
      totalPages: Math.ceil(items.length / limit),
    },
  }
}

/** Whether a time lies within `before` and `after` of the query. */
export const isInTime = (time: string, query: URLSearchParams): boolean => {
  const timeMs = Date.parse(time)
  const before = query.get('before')
  const after = query.get('after')
  return (
    (before === null || timeMs < Date.parse(before)) &&
    (after === null || timeMs > Date.parse(after))
  )
}
