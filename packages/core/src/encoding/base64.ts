const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const sextets = /* @__PURE__ */ (() => {
  const table = new Uint8Array(128).fill(255)
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i
  return table
})()

/** The six bits of one character, or 255 when it is not of the alphabet. */
const sextet = (text: string, index: number): number => sextets[text.charCodeAt(index)] ?? 255

/** Whether nothing but the padding that they need follows the digits. */
const isPadded = (text: string, end: number, digits: number): boolean =>
  text.length === end + ((4 - (digits % 4)) % 4) &&
  text.endsWith('=') &&
  (digits % 4 === 3 || text.endsWith('=='))

/**
 * Decodes standard base64 (RFC 4648 section 4) into an array that it fills exactly. Strict: no whitespace, no url
 * alphabet, and no stray bits in the last character, so that two different texts never decode to the same bytes.
 * Padding may be absent altogether. Returns false for anything else; the array then holds nothing of use.
 *
 * @param start - where it begins in the text: a slice of a header is slower to read than the header
 */
export const decodeBase64Into = (text: string, bytes: Uint8Array, start = 0): boolean => {
  const whole = Math.floor(bytes.length / 3) * 4
  const left = bytes.length % 3
  const digits = whole + (left === 0 ? 0 : left + 1)
  const end = start + digits
  if (text.length !== end && !isPadded(text, end, digits)) return false
  let at = 0
  // Any value above 63 shows in the bits that no valid character has.
  let seen = 0
  for (let i = start; i < start + whole; i += 4) {
    const a = sextet(text, i)
    const b = sextet(text, i + 1)
    const c = sextet(text, i + 2)
    const d = sextet(text, i + 3)
    seen |= a | b | c | d
    bytes[at++] = (a << 2) | (b >> 4)
    bytes[at++] = (b << 4) | (c >> 2)
    bytes[at++] = (c << 6) | d
  }
  if (left === 0) return seen < 64
  const a = sextet(text, start + whole)
  const b = sextet(text, start + whole + 1)
  const c = left === 2 ? sextet(text, start + whole + 2) : 0
  bytes[at++] = (a << 2) | (b >> 4)
  if (left === 2) bytes[at] = (b << 4) | (c >> 2)
  const stray = left === 2 ? c & 3 : b & 15
  return (seen | a | b | c) < 64 && stray === 0
}

/** Decodes standard base64 as {@link decodeBase64Into} does; undefined for anything else. */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array(((text.length - padding) * 6) >> 3)
  return decodeBase64Into(text, bytes) ? bytes : undefined
}

/** Base64 of the url alphabet (RFC 4648 section 5) in the standard one. */
export const fromUrlAlphabet = (text: string): string =>
  text.replaceAll('-', '+').replaceAll('_', '/')

/** Encodes bytes as standard base64 with padding. */
export const encodeBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3)
    const left = bytes.length - i
    text += alphabet.charAt(a >> 2) + alphabet.charAt(((a & 3) << 4) | (b >> 4))
    text += left > 1 ? alphabet.charAt(((b & 15) << 2) | (c >> 6)) : '='
    text += left > 2 ? alphabet.charAt(c & 63) : '='
  }
  return text
}
