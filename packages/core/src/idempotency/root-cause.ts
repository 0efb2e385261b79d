/** How far down a chain of causes is looked; a chain may be a ring. */
const deepest = 10

/** The longest text of an error that goes into a sentence, in characters. */
const longestText = 200

/** The field of a value that may be anything; undefined where it has none. */
const field = (value: unknown, name: 'cause' | 'errors' | 'message' | 'code'): unknown =>
  typeof value === 'object' && value !== null
    ? (value as { readonly [Name in typeof name]?: unknown })[name]
    : undefined

const below = (error: unknown): unknown => {
  const errors = field(error, 'errors')
  return field(error, 'cause') ?? (Array.isArray(errors) ? errors[0] : undefined)
}

/** What each error of a chain of causes says, its code first: `42P01 relation "x" does not exist`. Never throws. */
export const causesOf = (error: unknown): readonly string[] => {
  const texts: string[] = []
  try {
    let next = error
    while (next !== undefined && next !== null && texts.length < deepest) {
      texts.push(`${field(next, 'code') ?? ''} ${field(next, 'message') ?? ''}`)
      next = below(next)
    }
  } catch {
    // What has been read so far has to do.
  }
  return texts
}

/** The error at the bottom of a chain of causes: what really happened. Never throws. */
export const rootCause = (error: unknown): unknown => {
  try {
    let root = error
    for (let depth = 0; depth < deepest; depth++) {
      const cause = below(root)
      if (cause === undefined || cause === null) break
      root = cause
    }
    return root
  } catch {
    return error
  }
}

/** What an error says, as one line of limited length; empty when it says nothing. Never throws. */
export const textOf = (error: unknown): string => {
  try {
    const text = field(error, 'message') || field(error, 'code') || (error ?? '')
    return String(text)
      .replace(/\p{Cc}+/gu, ' ')
      .slice(0, longestText)
  } catch {
    return ''
  }
}
