/** Half a surrogate pair, or NUL: a Postgres `jsonb` refuses both. */
const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** A text that every engine and database can keep: characters that one of them refuses are replaced, a long one is cut. */
export const storable = (text: string, longest: number): string => {
  if (text.length <= longest) return text.replace(unstorable, '\ufffd')
  // Cut first: whatever comes may be of any length, and the cut may halve a character.
  return `${text.slice(0, longest - 1).replace(unstorable, '\ufffd')}…`
}

/** The longest id or type that is kept for people, in characters. */
const longestName = 256

/** An id or a type as it is kept for people. */
export const storableName = (name: string): string => storable(name, longestName)
