/** What moves the cursor, changes the terminal, or turns the direction of what is read: everything but tab and line break. */
const control = /(?![\t\n])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A text of somebody else as a terminal may show it: control characters are written as in JSON. */
export const printable = (text: string): string => text.replace(control, escaped)

/** The colours of this program. */
const colour = new RegExp(`(${'\u001b'}\\[(?:1|2|22|31|32|33|36|39)m)`)

/** The same for a text that this program coloured. */
export const printableInColour = (text: string): string =>
  text
    .split(colour)
    // The odd ones are the colours.
    .map((piece, at) => (at % 2 === 1 ? piece : printable(piece)))
    .join('')

/** A text of somebody else in one line, and only its beginning where it is long. */
export const excerpt = (text: string, longest = 200): string => {
  const line = printable(text.trim().slice(0, longest + 1)).replace(/\s+/g, ' ')
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
