import { decodeBase64, encodeBase64, fromUrlAlphabet } from '../encoding/base64.ts'
import { decodeHex } from '../encoding/hex.ts'
import { digestBytes } from '../signature/written-signature.ts'

/** A value in a header that is as long as a digest, however it is written and whatever stands around it. */
export interface WrittenDigest {
  /** The digest in base64, as it can be compared. */
  readonly base64: string
  readonly encoding: 'hex' | 'base64' | 'base64url'
  /** Whether base64 comes with its padding; true for hexadecimal. */
  readonly padded: boolean
  /** Where it begins in the header. */
  readonly start: number
  /** Where it ends in the header. */
  readonly end: number
}

/** No header is looked into beyond this many characters, and no more digests are read from it than these. */
const longestHeader = 8192
const mostDigests = 16

const base64Of = (text: string): Uint8Array | undefined => decodeBase64(fromUrlAlphabet(text))

/** The digest at the end of a run of letters, if there is one; what stands before it belongs to its mark. */
const digestAtEnd = (run: string, end: number, bytes: number): WrittenDigest | undefined => {
  const hex = run.slice(-2 * bytes)
  if (hex.length === 2 * bytes) {
    const decoded = decodeHex(hex)
    if (decoded !== undefined) {
      const start = end - hex.length
      return { base64: encodeBase64(decoded), encoding: 'hex', padded: true, start, end }
    }
  }
  const bare = run.replace(/=+$/, '')
  const digits = Math.ceil((bytes * 4) / 3)
  const padding = run.length - bare.length
  if (bare.length < digits || (padding > 0 && padding !== (4 - (digits % 4)) % 4)) return undefined
  const text = bare.slice(-digits)
  const decoded = base64Of(text)
  if (decoded === undefined) return undefined
  return {
    base64: encodeBase64(decoded),
    encoding: /[-_]/.test(text) ? 'base64url' : 'base64',
    padded: padding > 0 || digits % 4 === 0,
    start: end - padding - digits,
    end,
  }
}

/** Every value of a header that may be a digest, in the order in which they stand. */
export const writtenDigests = (value: string, bytes = digestBytes): readonly WrittenDigest[] => {
  const found: WrittenDigest[] = []
  for (const match of value.slice(0, longestHeader).matchAll(/[\w+/-]+={0,2}/g)) {
    const [run] = match
    const digest = digestAtEnd(run, match.index + run.length, bytes)
    if (digest !== undefined) found.push(digest)
    if (found.length === mostDigests) break
  }
  return found
}
