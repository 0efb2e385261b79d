const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const sextets = new Uint8Array(128).fill(255)
for (let i = 0; i < alphabet.length; i++) sextets[alphabet.charCodeAt(i)] = i

const padding = '='.charCodeAt(0)

/** The six bits of one character, or 255 when it is not of the alphabet. */
const sextet = (text: string, index: number): number => sextets[text.charCodeAt(index)] ?? 255

/**
 * Decodes standard base64 (RFC 4648 section 4) strictly: no whitespace, no url alphabet, and no stray
 * bits in the last character, so that two different texts never decode to the same bytes.
 * Padding may be absent altogether. Answers undefined for anything else.
 *
 * @param start - where it begins in the text: a slice of a long header is slower to read than the header
 */
export const decodeBase64 = (text: string, start = 0): Uint8Array | undefined => {
  let end = text.length
  const padded = end > start && text.charCodeAt(end - 1) === padding
  if (padded && (end - start) % 4 !== 0) return undefined
  if (padded) end -= text.charCodeAt(end - 2) === padding ? 2 : 1
  const tail = (end - start) % 4
  if (tail === 1) return undefined
  const bytes = new Uint8Array(((end - start) * 6) >> 3)
  let at = 0
  // Any value above 63 shows in the bits that no valid character has.
  let seen = 0
  for (let i = start; i < end - tail; i += 4) {
    const a = sextet(text, i)
    const b = sextet(text, i + 1)
    const c = sextet(text, i + 2)
    const d = sextet(text, i + 3)
    seen |= a | b | c | d
    bytes[at++] = (a << 2) | (b >> 4)
    bytes[at++] = (b << 4) | (c >> 2)
    bytes[at++] = (c << 6) | d
  }
  if (tail !== 0) {
    const a = sextet(text, end - tail)
    const b = sextet(text, end - tail + 1)
    const c = tail === 3 ? sextet(text, end - 1) : 0
    seen |= a | b | c
    const stray = tail === 3 ? c & 3 : b & 15
    if (stray !== 0) return undefined
    bytes[at++] = (a << 2) | (b >> 4)
    if (tail === 3) bytes[at] = (b << 4) | (c >> 2)
  }
  return seen < 64 ? bytes : undefined
}

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
