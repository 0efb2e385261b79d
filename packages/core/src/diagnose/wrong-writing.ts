import type { SignatureForm } from '../signature/written-signature.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import type { WrittenDigest } from './written-digest.ts'

/** What stands in front of a digest in its entry of a list; what separates entries is no part of the mark that is due. */
const markOf = (before: string, expected: string): string => {
  const separators = [',', ';', ' ', '\t'].filter((separator) => !expected.includes(separator))
  const start = Math.max(...separators.map((separator) => before.lastIndexOf(separator)))
  return before.slice(start + 1)
}

const markDifference = (before: string, expected: string): DiagnosisCode | undefined => {
  const mark = markOf(before, expected)
  if (mark === expected) return undefined
  if (mark === '') return 'mark_missing'
  if (expected === '') return 'mark_unexpected'
  return mark.toLowerCase() === expected.toLowerCase() ? 'mark_case' : 'mark_differs'
}

const encodingDifference = (
  { encoding, padded }: WrittenDigest,
  due: SignatureForm['encoding'],
): DiagnosisCode | undefined => {
  if (encoding !== due) return `signature_is_${encoding}`
  return padded ? undefined : 'signature_unpadded'
}

/**
 * In what a genuine digest is written otherwise than the profile reads it, one code for each difference. There is
 * always at least one: it was not read.
 */
export const writingDifferences = (
  header: string,
  digest: WrittenDigest,
  form: SignatureForm,
): readonly DiagnosisCode[] => {
  const quoted = /["']$/.test(header.slice(0, digest.start))
  const before = header.slice(0, digest.start).replace(/["']$/, '')
  const spaced = /[=:]\s+$/.test(before)
  const found: DiagnosisCode[] = []
  const mark = markDifference(spaced ? before.trimEnd() : before, form.mark)
  if (mark !== undefined) found.push(mark)
  if (quoted) found.push('signature_quoted')
  if (spaced) found.push('signature_spaced')
  const encoding = encodingDifference(digest, form.encoding)
  if (encoding !== undefined) found.push(encoding)
  return found.length === 0 ? ['signature_surrounded'] : found
}
