import type { SignedParts } from '../signature/profiles/profile.ts'
import type { DiagnosisCode } from './diagnosis.ts'

/** What a sender may have signed in front of the body, if it differs in one thing from what the profile asks for. */
export interface TextGuess {
  readonly code: DiagnosisCode
  readonly prefix: string
}

const separators = ['.', ':', '\n', '', '|', '_', '-', ',', ' '] as const

/** What stands around the id and the time in a template of one's own, such as `v0:` in front of them. */
function* aroundValues(
  prefix: string,
  id: string | undefined,
  time: string | undefined,
): Generator<TextGuess> {
  const [first = ''] = [id, time].filter((value) => value !== undefined && prefix.includes(value))
  const values = [id, time].filter((value) => value !== undefined)
  const start = Math.min(...values.map((value) => prefix.indexOf(value)).filter((at) => at >= 0))
  if (first === '' || start === 0) return
  const [constant, rest] = [prefix.slice(0, start), prefix.slice(start)]
  const word = constant.replace(/[^A-Za-z0-9]+$/, '')
  const after = constant.slice(word.length)
  if (time !== undefined && rest.startsWith(time)) {
    yield { code: 'timestamp_not_signed', prefix: constant + rest.slice(time.length + 1) }
  }
  for (const other of [
    '',
    ...['v0', 'v1', 'v2', word.toUpperCase(), word.toLowerCase()].map((one) => one + after),
  ]) {
    if (other !== constant) yield { code: 'signed_text_differs', prefix: other + rest }
  }
  for (const separator of separators) {
    const guess = [word, ...values].map((part) => part + separator).join('')
    if (guess !== prefix) yield { code: 'signed_with_other_separator', prefix: guess }
  }
}

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
  yield* aroundValues(prefix, id, time)
  const values = [id, time].filter((value) => value !== undefined)
  for (const separator of separators) {
    const text = values.join(separator)
    for (const last of new Set([separator, '.', ''])) {
      const guess = text + last
      if (guess !== prefix) yield { code: 'signed_with_other_separator', prefix: guess }
    }
  }
}
