/** How many signatures of one request are looked at; the rest of the header is never decoded. */
export const maxSignatures = 16

const space = 0x20
const tilde = 0x7e
const dot = 0x2e
const comma = 0x2c
const zero = 0x30
const nine = 0x39

/**
 * Whether a text can be a signed id: 1 to 256 printable ASCII characters without a dot or a comma. A dot
 * would make `id.timestamp.body` ambiguous; a comma is how a repeated header shows.
 */
export const isSignedId = (text: string): boolean => {
  if (text.length === 0 || text.length > 256) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= space || code > tilde || code === dot || code === comma) return false
  }
  return true
}

/** Reads unix seconds strictly: at most 15 digits; no sign, fraction, exponent, space or leading zero. */
export const readTimestamp = (text: string): number | undefined => {
  if (text.length === 0 || text.length > 15) return undefined
  if (text.length > 1 && text.charCodeAt(0) === zero) return undefined
  let seconds = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < zero || code > nine) return undefined
    seconds = seconds * 10 + (code - zero)
  }
  return seconds
}
