const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const sextets = new Uint8Array(128).fill(255)
for (let i = 0; i < alphabet.length; i++) sextets[alphabet.charCodeAt(i)] = i

/** The six bits of one character, or 255 when it is not of the alphabet. */
const sextet = (text: string, index: number): number => sextets[text.charCodeAt(index)] ?? 255

/**
 * Decodes standard base64 (RFC 4648 section 4) strictly: no whitespace, no url alphabet, and no stray
 * bits in the last character, so that two different texts never decode to the same bytes.
 * Padding may be absent altogether. Answers undefined for anything else.
 */
export const decodeBase64 = (text: string): Uint8Array | undefined => {
  let end = text.length
  if (end % 4 === 0 && end > 0 && text[end - 1] === '=') end -= text[end - 2] === '=' ? 2 : 1
  else if (text.endsWith('=')) return undefined
  const tail = end % 4
  if (tail === 1) return undefined
  const bytes = new Uint8Array(Math.floor((end * 6) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < end; i++) {
    const value = sextet(text, i)
    if (value === 255) return undefined
    held = (held << 6) | value
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 255
      held &= (1 << bits) - 1
    }
  }
  return held === 0 ? bytes : undefined
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
