import { decodeHex } from '../encoding/hex.ts'
import type { HeaderReader } from '../signature/headers.ts'
import type { Profile, SignedParts } from '../signature/profiles/profile.ts'
import { digestBytes } from '../signature/written-signature.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import { type WrittenDigest, writtenDigests } from './written-digest.ts'
import { writingDifferences } from './wrong-writing.ts'

/** What the profile would read, were the fields of its header written as it asks. */
export interface FieldsGuess {
  readonly codes: readonly DiagnosisCode[]
  readonly header: string
  readonly digest: WrittenDigest
  readonly parts: SignedParts
}

/** A header that holds a time and a signature, taken apart around the two. */
interface Fields {
  readonly name: string
  readonly time: string
  readonly between: string
  readonly digest: WrittenDigest
}

/** A time that stands in no captured request, and every way in which a profile may write it. */
const probeSeconds = 1_234_567_890
const probeTimes = [
  new Date(probeSeconds * 1000).toISOString(),
  String(probeSeconds * 1000),
  String(probeSeconds),
]
const probeDigest = decodeHex('00'.repeat(digestBytes)) ?? new Uint8Array(digestBytes)

const separator = /^\s*[,;|&\s]\s*/

/** The time's field in front of the signature's; undefined where a header is built otherwise. */
const fieldsOf = (value: string, time: string, digest: WrittenDigest): Fields | undefined => {
  const at = value.indexOf(time)
  if (at < 0 || at + time.length > digest.start) return undefined
  const name = value.slice(0, at)
  if (!/^\s*(?:[\w-]{1,40}\s*[=:]\s*)?$/.test(name)) return undefined
  return { name: name.trim(), time, between: value.slice(at + time.length, digest.start), digest }
}

/** How the profile writes its header: asked of its sending half, so that this holds for profiles of any maker. */
const dueFields = async (profile: Profile, header: string): Promise<Fields | undefined> => {
  const written = await profile.headers({
    id: 'probe',
    signedAt: probeSeconds,
    hmac: async () => probeDigest,
  })
  const value = Object.entries(written).find(([name]) => name.toLowerCase() === header)?.[1]
  const [digest] = value === undefined ? [] : writtenDigests(value)
  const time = probeTimes.find((text) => value?.includes(text))
  if (value === undefined || digest === undefined || time === undefined) return undefined
  return fieldsOf(value, time, digest)
}

const nameDifference = (found: string, due: string): DiagnosisCode | undefined => {
  if (found === due) return undefined
  return found.toLowerCase() === due.toLowerCase() ? 'time_field_case' : 'time_field_differs'
}

/** The request as the profile reads it once the fields of its header are named and separated as it asks. */
export const rewrittenFields = async (
  profile: Profile,
  header: HeaderReader,
  asked: string,
): Promise<FieldsGuess | undefined> => {
  const value = header(asked)?.slice(0, 1024)
  const due = await dueFields(profile, asked)
  if (value === undefined || due === undefined) return undefined
  const [digest] = writtenDigests(value)
  const time = /(?<!\d)\d{9,13}(?!\d)/.exec(value)?.[0]
  const found = digest && time ? fieldsOf(value, time, digest) : undefined
  if (digest === undefined || found === undefined) return undefined
  const probe = '0'.repeat(2 * digestBytes)
  const parts = profile.extract((name) =>
    name === asked ? `${due.name}${found.time}${due.between}${probe}` : header(name),
  )
  if (!parts.ok) return undefined
  const codes: DiagnosisCode[] = []
  const named = nameDifference(found.name, due.name)
  if (named !== undefined) codes.push(named)
  const [between = ''] = separator.exec(found.between) ?? []
  const [dueBetween = ''] = separator.exec(due.between) ?? []
  if (between.trim() !== dueBetween.trim()) codes.push('field_separator_differs')
  // Whatever separates the fields is no part of the signature's mark.
  const end = digest.start - found.between.length + between.length
  const separated = `${value.slice(0, end - between.length)}${','.repeat(between.length)}${value.slice(end)}`
  const ownWriting = writingDifferences(separated, digest, parts)
  codes.push(...ownWriting.filter((code) => code !== 'signature_surrounded'))
  return codes.length === 0 ? undefined : { codes, header: asked, digest, parts }
}
