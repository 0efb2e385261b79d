/** How bytes are written in an answer: as text where they are UTF-8, else in base64. */
export const bytesEncodings = ['utf8', 'base64'] as const

/** Bytes as JSON can carry them. */
export interface WrittenBytes {
  readonly text: string
  readonly encoding: (typeof bytesEncodings)[number]
}

const base64 = (bytes: Uint8Array): string => {
  let binary = ''
  // In steps: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  }
  return btoa(binary)
}

const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Where the last character begins, if the bytes end in the middle of it. */
const wholeCharacters = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) !== 0x80) return byte >= 0xc0 ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Writes bytes for an answer. Bytes that were cut off may end in the middle of a character: it is left out. */
export const writeBytes = (bytes: Uint8Array, wasCut = false): WrittenBytes => {
  const text = utf8(bytes) ?? (wasCut ? utf8(bytes.subarray(0, wholeCharacters(bytes))) : undefined)
  return text === undefined
    ? { text: base64(bytes), encoding: 'base64' }
    : { text, encoding: 'utf8' }
}

/** Several byte arrays as one. */
export const joinBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
