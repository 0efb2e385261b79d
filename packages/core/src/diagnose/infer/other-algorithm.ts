import { encodeBase64 } from '../../encoding/base64.ts'
import type { HeaderReader, HeadersInput } from '../../signature/headers.ts'
import { headerNames } from '../header-names.ts'
import { type WrittenDigest, writtenDigests } from '../written-digest.ts'

/** A signature that is no HMAC-SHA256. */
export interface OtherAlgorithm {
  readonly name: string
  readonly header: string
  /** Whether it was computed and matches; otherwise only its form says so. */
  readonly proven: boolean
}

const hmacs = [
  { name: 'HMAC-SHA1', hash: 'SHA-1', bytes: 20 },
  { name: 'HMAC-SHA384', hash: 'SHA-384', bytes: 48 },
  { name: 'HMAC-SHA512', hash: 'SHA-512', bytes: 64 },
] as const

const named = (name: string, value: string): boolean =>
  /sign|hmac|digest|sha|auth|token/.test(name) || /^(?:sha|v\d|hmac|t=)/i.test(value)

const hmacOf = async (hash: string, key: Uint8Array, signed: Uint8Array): Promise<string> => {
  const { subtle } = globalThis.crypto
  const algorithm = { name: 'HMAC', hash }
  const imported = await subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['sign'])
  return encodeBase64(new Uint8Array(await subtle.sign('HMAC', imported, new Uint8Array(signed))))
}

const byForm = (value: string): string | undefined => {
  if (/(?:^|\s)eyJ[\w-]+\.[\w-]*\.[\w-]+/.test(value)) return 'a JWT'
  if (/^v1a,|(?:^|[,\s])v1a,/.test(value) || /ed25519/i.test(value)) return 'ed25519'
  const longest = Math.max(0, ...[...value.matchAll(/[\w+/-]{40,}={0,2}/g)].map(([t]) => t.length))
  if (longest >= 340) return 'RSA'
  return /^MEUCI|^MEQCI/.test(value) ? 'ECDSA' : undefined
}

/** Whether a digest stands in a header by itself, and is not the end of a longer one. */
const standsAlone = (value: string, { start }: WrittenDigest): boolean =>
  !/[A-Za-z0-9+/]/.test(value.charAt(start - 1))

/**
 * Says which other algorithm may have made a signature of the request: proven where a keyed hash of another kind
 * matches, else by its form.
 */
export const otherAlgorithm = async (
  headers: HeadersInput,
  header: HeaderReader,
  keys: readonly Uint8Array[],
  texts: readonly Uint8Array[],
): Promise<OtherAlgorithm | undefined> => {
  let likely: OtherAlgorithm | undefined
  for (const name of headerNames(headers)) {
    const value = (header(name) ?? '').slice(0, 8192)
    const form = byForm(value)
    if (form !== undefined) likely ??= { name: form, header: name, proven: false }
    // As long as an HMAC-SHA256, it looks like one: another secret or another signed text.
    const isExpected = writtenDigests(value).some((digest) => standsAlone(value, digest))
    for (const { name: algorithm, hash, bytes } of hmacs) {
      const digests = writtenDigests(value, bytes)
      if (digests.length === 0) continue
      for (const key of keys) {
        for (const text of texts) {
          const expected = await hmacOf(hash, key, text)
          if (digests.some(({ base64 }) => base64 === expected)) {
            return { name: algorithm, header: name, proven: true }
          }
        }
      }
      if (
        !isExpected &&
        named(name, value) &&
        digests.some((digest) => standsAlone(value, digest))
      ) {
        const guess = bytes === 64 ? 'HMAC-SHA512 or ed25519' : algorithm
        likely ??= { name: guess, header: name, proven: false }
      }
    }
  }
  return likely
}
