import { decodeBase64Into, fromUrlAlphabet } from '../encoding/base64.ts'
import { decodeHexInto } from '../encoding/hex.ts'

/** How signatures are written in a header. */
export interface SignatureForm {
  /** What stands in front of each, such as `v1,`; may be empty. A text without it is no signature. */
  readonly mark: string
  /** Hexadecimal of either letter case, base64 of the standard alphabet, or of the url alphabet (padded or not). */
  readonly encoding: 'base64' | 'base64url' | 'hex'
}

/** The bytes of an HMAC-SHA256. */
export const digestBytes = 32

/** Whether a text has the mark and the length of a signature; base64 of the standard alphabet comes with its padding. */
export const isSignature = (text: string, { mark, encoding }: SignatureForm): boolean => {
  const length = text.length - mark.length
  return (
    (length === (encoding === 'hex' ? 64 : 44) || (length === 43 && encoding === 'base64url')) &&
    text.startsWith(mark)
  )
}

/** Reads a signature strictly into an array of 32 bytes; false when it is not written as its encoding says. */
export const readSignature = (
  text: string,
  { mark, encoding }: SignatureForm,
  bytes: Uint8Array,
): boolean =>
  encoding === 'hex'
    ? decodeHexInto(text, bytes, mark.length)
    : encoding === 'base64'
      ? decodeBase64Into(text, bytes, mark.length)
      : !/[+/]/.test(text.slice(mark.length)) &&
        decodeBase64Into(fromUrlAlphabet(text.slice(mark.length)), bytes)
