import { decodeBase64, fromUrlAlphabet } from '../encoding/base64.ts'
import { decodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import type { SecretSet, SecretSpec } from '../signature/secrets.ts'
import type { DiagnosisCode } from './diagnosis.ts'

/** A key that the sender may have used, if the secret is configured with one known mistake. */
export interface KeyGuess {
  readonly code: DiagnosisCode
  readonly key: Uint8Array
}

/** The secrets of a set that are texts: only those can have been written wrongly. */
export const secretTexts = (set: SecretSet): string[] => {
  const entries = Array.isArray(set) ? set : [set]
  return entries.flatMap((entry: string | Uint8Array | undefined | SecretSpec) => {
    const value = typeof entry === 'object' && 'value' in entry ? entry.value : entry
    return typeof value === 'string' ? [value] : []
  })
}

/** What copying adds to a secret, and what remains without it. */
const unwrappings: readonly (readonly [DiagnosisCode, RegExp])[] = [
  ['secret_whitespace', /^\s*(.*?)\s*$/s],
  ['secret_quotes', /^\s*["'`](.*)["'`]\s*$/s],
  ['secret_v1_prefix', /^\s*v1,(.*)$/s],
]

/** The first thing that copying added to one of the secrets, if any. */
export const lintSecret = (set: SecretSet): DiagnosisCode | undefined => {
  for (const text of secretTexts(set)) {
    if (/^\s*["'`].*["'`]\s*$/s.test(text)) return 'secret_quotes'
    if (text !== text.trim()) return 'secret_whitespace'
    if (text.startsWith('v1,')) return 'secret_v1_prefix'
  }
  return undefined
}

function* readings(text: string): Generator<KeyGuess> {
  const bare = text.startsWith('whsec_') ? text.slice('whsec_'.length) : text
  for (const form of new Set([text, bare]))
    if (form !== '') yield { code: 'secret_is_utf8', key: encodeUtf8(form) }
  const base64 = decodeBase64(fromUrlAlphabet(bare))
  const inUrlAlphabet = /[-_]/.test(bare)
  if (base64 !== undefined && base64.length > 0) {
    yield { code: inUrlAlphabet ? 'secret_is_base64url' : 'secret_is_base64', key: base64 }
  }
  const hex = decodeHex(bare)
  if (hex !== undefined && hex.length > 0) yield { code: 'secret_is_hex', key: hex }
}

/** Other readings of the configured secrets, the likeliest first. */
export function* wrongSecrets(set: SecretSet): Generator<KeyGuess> {
  for (const text of secretTexts(set)) {
    yield* readings(text)
    for (const [code, form] of unwrappings) {
      const rest = form.exec(text)?.[1]
      if (rest === undefined || rest === text) continue
      for (const { key } of readings(rest)) yield { code, key }
    }
    // The other way round: the sender's secret carries what ours does not.
    for (const [code, added] of [
      ['secret_whitespace', `${text}\n`],
      ['secret_whitespace', ` ${text}`],
      ['secret_whitespace', `${text} `],
      ['secret_quotes', `"${text}"`],
      ['secret_quotes', `'${text}'`],
    ] as const) {
      yield { code, key: encodeUtf8(added) }
    }
  }
}
