import * as z from 'zod'

/** An identifier: any text but the empty one. */
export const id = () => z.string().min(1)

/** A time in ISO 8601 with `Z` or an offset, kept as the text that was sent. */
export const time = () => z.iso.datetime({ offset: true })

/** A size or a count: an integer, 0 or more. */
export const count = () => z.int().min(0)

/** The names of the fields that changed. */
export const changes = () => z.array(z.string())
