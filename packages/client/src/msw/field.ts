import { isRecord } from '../http/is-record.ts'
import { invalid } from './refusal.ts'

/** Reads one field of an input; refuses a value that does not fit. */
export type Field<T> = (value: unknown, field: string) => T

/** A field that may be left out. */
export const optional =
  <T>(read: Field<T>): Field<T | undefined> =>
  (value, field) =>
    value === undefined ? undefined : read(value, field)

/** A field that must be there. */
export const required =
  <T>(read: Field<T>): Field<T> =>
  (value, field) => {
    if (value === undefined) throw invalid(field, 'is required')
    return read(value, field)
  }

/** A text, which may be empty. */
export const string: Field<string> = (value, field) => {
  if (typeof value !== 'string') throw invalid(field, 'must be a string')
  return value
}

/** A text with something in it. */
export const text: Field<string> = (value, field) => {
  if (typeof value !== 'string' || value === '') throw invalid(field, 'must be a non-empty string')
  return value
}

/** True or false. */
export const flag: Field<boolean> = (value, field) => {
  if (typeof value !== 'boolean') throw invalid(field, 'must be true or false')
  return value
}

/** A number in a range. */
export const number =
  (from: number, to: number): Field<number> =>
  (value, field) => {
    if (typeof value !== 'number' || !(value >= from && value <= to)) {
      throw invalid(field, `must be a number from ${from} to ${to}`)
    }
    return value
  }

/** A list of some kind. */
export const list =
  <T>(read: Field<T>): Field<T[]> =>
  (value, field) => {
    if (!Array.isArray(value)) throw invalid(field, 'must be a list')
    return value.map((item, index) => read(item, `${field}[${index}]`))
  }

/** An object. */
export const record: Field<Record<string, unknown>> = (value, field) => {
  if (!isRecord(value)) throw invalid(field, 'must be an object')
  return value
}

/** A point in time, in ISO 8601. */
export const time: Field<string> = (value, field) => {
  const read = text(value, field)
  if (Number.isNaN(Date.parse(read))) throw invalid(field, 'must be a time in ISO 8601')
  return read
}
