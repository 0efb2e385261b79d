import * as z from 'zod'

/** A point in time in ISO 8601, with its offset. */
export const timeInput = z.iso.datetime({ offset: true })

/** Unix milliseconds as the API writes them. */
export const iso = (ms: number): string => new Date(ms).toISOString()

/** Unix milliseconds as the API writes them; null for none. */
export const isoOrNull = (ms: number | undefined): string | null =>
  ms === undefined ? null : iso(ms)

/** A time of a request in unix milliseconds. */
export const unixMs = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)
