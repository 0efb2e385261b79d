/** What has a numbered id. */
export type Numbered = 'webhook' | 'delivery' | 'attempt'

/** The id of a numbered thing, such as `webhook-1`. */
export const idOf = (kind: Numbered, number: number): string => `${kind}-${number}`

/** The number in an id; undefined for an id of any other form, which names nothing. */
export const numberIn = (kind: Numbered, id: string): number | undefined => {
  const digits = id.startsWith(`${kind}-`) ? id.slice(kind.length + 1) : ''
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined
}
