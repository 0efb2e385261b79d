import { ApiUsageError } from '../errors/errors.ts'
import type { Time } from '../model/time.ts'

/** A value in a query; lists are sent as words with commas in between. */
export type QueryValue = string | number | boolean | Time | readonly string[] | undefined

const dots = /^\.{0,2}$/

/** An id as one segment of a path. An empty id, `.` or `..` would name another resource. */
export const segment = (id: string): string => {
  if (typeof id !== 'string' || dots.test(id)) {
    throw new ApiUsageError(
      'input_invalid',
      'The id is empty or not a text.',
      'Pass the `id` of a webhook, a delivery or an event, such as `webhook-1`.',
    )
  }
  return encodeURIComponent(id)
}

const text = (name: string, value: Exclude<QueryValue, undefined>): string => {
  if (!(value instanceof Date)) return Array.isArray(value) ? value.join(',') : String(value)
  if (Number.isNaN(value.getTime())) {
    throw new ApiUsageError(
      'input_invalid',
      `\`${name}\` is not a valid date.`,
      'Pass a valid `Date`, or a string in ISO 8601.',
    )
  }
  return value.toISOString()
}

/** The query with its question mark, or nothing. */
export const queryString = (query: Readonly<Record<string, QueryValue>>): string => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.append(name, text(name, value))
  }
  const joined = parameters.toString()
  return joined === '' ? '' : `?${joined}`
}
