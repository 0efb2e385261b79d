import { decodeBase64Into } from '../encoding/base64.ts'
import { decodeHexInto } from '../encoding/hex.ts'

/** How signatures are written in a header. */
export interface SignatureForm {
  /** What stands in front of each, such as `v1,`; may be empty. A text without it is no signature. */
  readonly mark: string
  /** Hexadecimal of either letter case, or base64 of the standard alphabet. */
  readonly encoding: 'base64' | 'hex'
}

/** The bytes of an HMAC-SHA256. */
export const digestBytes = 32

/** Whether a text has the mark and the length of a signature; base64 comes with its padding. */
export const isSignature = (text: string, { mark, encoding }: SignatureForm): boolean =>
  text.length === mark.length + (encoding === 'hex' ? 64 : 44) && text.startsWith(mark)

/** Reads a signature strictly into an array of 32 bytes; false when it is not written as its encoding says. */
export const readSignature = (
  text: string,
  { mark, encoding }: SignatureForm,
  bytes: Uint8Array,
): boolean =>
  encoding === 'hex'
    ? decodeHexInto(text, bytes, mark.length)
    : decodeBase64Into(text, bytes, mark.length)
