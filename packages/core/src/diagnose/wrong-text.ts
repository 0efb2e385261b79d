import type { SignedParts } from '../signature/profiles/profile.ts'
import type { DiagnosisCode } from './diagnosis.ts'

/** What a sender may have signed in front of the body, if it differs in one thing from what the profile asks for. */
export interface TextGuess {
  readonly code: DiagnosisCode
  readonly prefix: string
}

const separators = ['.', ':', '\n', '', '|', '_', '-', ',', ' '] as const

/** The texts in front of the body that are known to be signed by mistake, the likeliest first. */
export function* wrongTexts({
  id,
  signedAt,
  prefix,
}: Pick<SignedParts, 'id' | 'signedAt' | 'prefix'>): Generator<TextGuess> {
  if (prefix === '') return
  const time = signedAt === undefined ? undefined : String(signedAt)
  yield { code: 'body_alone_signed', prefix: '' }
  if (id !== undefined && time !== undefined) {
    yield { code: 'id_not_signed', prefix: `${time}.` }
    yield { code: 'timestamp_not_signed', prefix: `${id}.` }
    yield { code: 'signed_in_other_order', prefix: `${time}.${id}.` }
  }
  const values = [id, time].filter((value) => value !== undefined)
  for (const separator of separators) {
    const text = values.join(separator)
    for (const last of new Set([separator, '.', ''])) {
      const guess = text + last
      if (guess !== prefix) yield { code: 'signed_with_other_separator', prefix: guess }
    }
  }
}
