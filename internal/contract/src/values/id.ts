import * as z from 'zod'

/** What has a numbered id. */
export type Numbered = 'webhook' | 'delivery' | 'attempt' | 'run' | 'captured'

/** The id of a numbered thing, such as `webhook-1`. */
export const idOf = (kind: Numbered, number: number): string => `${kind}-${number}`

/** The id of a numbered thing in a query, as its number. */
export const idInput = (kind: Numbered) =>
  z
    .string()
    .regex(new RegExp(`^${kind}-\\d{1,15}$`))
    .transform((id) => numberIn(kind, id))
    .optional()

/** The number in an id; undefined for an id of any other form, which names nothing. */
export const numberIn = (kind: Numbered, id: string): number | undefined => {
  const digits = id.startsWith(`${kind}-`) ? id.slice(kind.length + 1) : ''
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}
