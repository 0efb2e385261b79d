import { decodeBase64, encodeBase64, fromUrlAlphabet } from '../../encoding/base64.ts'
import { decodeHex } from '../../encoding/hex.ts'
import { encodeUtf8 } from '../../encoding/utf8.ts'
import type { SecretEncoding } from '../../signature/profiles/profile.ts'
import { unwrapped } from '../../signature/unwrapped.ts'

/** One way to read a secret, and how to configure it. */
export interface SecretReading {
  readonly key: Uint8Array
  /** As `encoding` of a secret. */
  readonly encoding: SecretEncoding
  /** Whether the text keeps its `whsec_`: without it, it is cut off before it is configured. */
  readonly whole: boolean
  /** Whether the text is taken with the whitespace or the quotes around it, as its bytes. */
  readonly untrimmed: boolean
}

const whsec = 'whsec_'

/** The ways in which a secret may be read, the likeliest first, each key once. */
export const secretReadings = (secret: string | Uint8Array): readonly SecretReading[] => {
  if (typeof secret !== 'string') {
    return [{ key: secret, encoding: 'utf8', whole: true, untrimmed: false }]
  }
  const text = unwrapped(secret)
  const isPrefixed = text.startsWith(whsec)
  const bare = isPrefixed ? text.slice(whsec.length) : text
  const standard = { whole: true, untrimmed: false }
  const readings: readonly (Omit<SecretReading, 'key'> & { key: Uint8Array | undefined })[] = [
    ...(isPrefixed ? [{ ...standard, key: decodeBase64(bare), encoding: 'base64' } as const] : []),
    { ...standard, key: encodeUtf8(text), encoding: 'utf8' },
    ...(isPrefixed
      ? []
      : ([
          { ...standard, key: decodeHex(text), encoding: 'hex' },
          { ...standard, key: decodeBase64(text), encoding: 'base64' },
        ] as const)),
    { ...standard, key: fromUrl(bare), encoding: 'base64url' },
    ...(isPrefixed
      ? ([
          { ...standard, key: encodeUtf8(bare), encoding: 'utf8', whole: false },
          { ...standard, key: decodeHex(bare), encoding: 'hex', whole: false },
        ] as const)
      : []),
    ...(text === secret
      ? []
      : ([{ key: encodeUtf8(secret), encoding: 'utf8', whole: true, untrimmed: true }] as const)),
  ]
  const seen = new Set<string>()
  return readings.flatMap(({ key, ...reading }) => {
    if (key === undefined || key.length === 0) return []
    const identity = encodeBase64(key)
    if (seen.has(identity)) return []
    seen.add(identity)
    return [{ ...reading, key }]
  })
}

const fromUrl = (text: string): Uint8Array | undefined =>
  decodeBase64(fromUrlAlphabet(text).replace(/=+$/, ''))
