import type { Row, Value } from './database.ts'

const column = (row: Row, name: string): Value => row[name] ?? null

/** A column that holds a number. */
export const number = (row: Row, name: string): number => Number(column(row, name))

/** A column that holds a text. */
export const text = (row: Row, name: string): string => String(column(row, name))

/** A column that may hold a number. */
export const optionalNumber = (row: Row, name: string): number | undefined => {
  const value = column(row, name)
  return value === null ? undefined : Number(value)
}

/** A column that may hold a text. */
export const optionalText = (row: Row, name: string): string | undefined => {
  const value = column(row, name)
  return value === null ? undefined : String(value)
}

/** A column that may hold bytes: the driver's `get` and `all` give them as different types. */
export const optionalBytes = (row: Row, name: string): Uint8Array | undefined => {
  const value = column(row, name)
  return typeof value === 'object' && value !== null ? new Uint8Array(value) : undefined
}

/** A column that holds JSON which this package wrote itself. */
export const json = <Type>(row: Row, name: string): Type => JSON.parse(text(row, name))
