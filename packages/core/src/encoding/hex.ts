/**
 * Decodes hexadecimal of either letter case into an array that it fills exactly; false for anything else.
 *
 * @param start - where it begins in the text
 */
export const decodeHexInto = (text: string, bytes: Uint8Array, start = 0): boolean => {
  const digits = text.slice(start)
  if (digits.length !== bytes.length * 2 || !/^[0-9a-f]*$/i.test(digits)) return false
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  }
  return true
}

/** Decodes hexadecimal of either letter case; returns undefined for anything else. */
export const decodeHex = (text: string): Uint8Array | undefined => {
  const bytes = new Uint8Array(text.length >> 1)
  return decodeHexInto(text, bytes) ? bytes : undefined
}

/** Encodes bytes as lower-case hexadecimal. */
export const encodeHex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
