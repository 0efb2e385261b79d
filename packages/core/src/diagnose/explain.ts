import { importHmacKey } from '#crypto'
import type { HmacKey } from '../signature/crypto.ts'
import type { HeaderReader, HeadersInput } from '../signature/headers.ts'
import type {
  Profile,
  Refusal,
  SecretEncoding,
  SignedParts,
} from '../signature/profiles/profile.ts'
import { prepareSecrets, type SecretSet } from '../signature/secrets.ts'
import { alteredBodies } from './altered-body.ts'
import type { Budget } from './budget.ts'
import type { DiagnosisCode } from './diagnosis.ts'
import { headerNames } from './header-names.ts'
import type { Genuine, Signatures } from './search.ts'
import { type WrittenDigest, writtenDigests } from './written-digest.ts'
import { rewrittenFields } from './wrong-fields.ts'
import { renamedHeaders, writtenTimes } from './wrong-headers.ts'
import { wrongSecrets } from './wrong-secret.ts'
import { wrongTexts } from './wrong-text.ts'
import { writingDifferences } from './wrong-writing.ts'

/** What a search for a mistake looks at. */
export interface Suspect {
  readonly headers: HeadersInput
  readonly header: HeaderReader
  readonly body: Uint8Array
  readonly secret: SecretSet
  readonly profile: Profile
  readonly keys: readonly HmacKey[]
  readonly genuine: Genuine
  readonly budget: Budget
}

/** A mistake under which the signature is genuine. */
export interface Explanation {
  readonly code: DiagnosisCode
  /** Whether this alone explains it; otherwise something else is wrong as well. */
  readonly certain: boolean
  readonly header?: string
  /** Everything that is wrong, where it is more than one thing. */
  readonly together?: readonly DiagnosisCode[]
}

/** A digest in a header that the profile reads, but not as it is written there. */
interface MisreadDigest {
  readonly header: string
  readonly digest: WrittenDigest
}

const base64: Omit<Signatures, 'signatures'> = { mark: '', encoding: 'base64' }

/** The digests in the headers that the profile asks for. */
const digestsRead = (profile: Profile, header: HeaderReader): readonly MisreadDigest[] => {
  const values = new Map<string, string>()
  profile.extract((name) => {
    const value = header(name)
    if (value !== undefined) values.set(name, value)
    return value
  })
  return [...values.values()].flatMap((value) =>
    writtenDigests(value).map((digest) => ({ header: value, digest })),
  )
}

const certainly = (code: DiagnosisCode, header?: string): Explanation => ({
  code,
  certain: true,
  ...(header === undefined ? {} : { header }),
})

const combined = (codes: readonly DiagnosisCode[]): Explanation => {
  const [code = 'invalid_signature'] = codes
  return codes.length === 1 ? certainly(code) : { code, certain: false, together: codes }
}

/** One thing is otherwise, and all the rest as it is configured. */
const explainByOne = async (
  { secret, body, keys, genuine, budget }: Suspect,
  parts: SignedParts,
): Promise<Explanation | undefined> => {
  for (const { code, key } of wrongSecrets(secret)) {
    if (await genuine([importHmacKey(key)], parts.prefix, parts, body)) return certainly(code)
  }
  for (const { code, prefix } of wrongTexts(parts)) {
    if (await genuine(keys, prefix, parts, body)) return certainly(code)
  }
  for await (const guess of alteredBodies(body, budget)) {
    if (await genuine(keys, parts.prefix, parts, guess.body)) return certainly(guess.code)
    if (budget.spent) return undefined
  }
  return undefined
}

/** The signature is written otherwise, and perhaps the secret or the signed text is otherwise as well. */
const explainByWriting = async (
  { profile, header, secret, body, keys, genuine }: Suspect,
  parts: SignedParts,
): Promise<Explanation | undefined> => {
  for (const [index, misread] of digestsRead(profile, header).entries()) {
    const offered: Signatures = { ...base64, signatures: [misread.digest.base64] }
    const written = writingDifferences(misread.header, misread.digest, parts)
    if (await genuine(keys, parts.prefix, offered, body)) return combined(written)
    if (index > 1) continue
    for (const { code, key } of wrongSecrets(secret)) {
      if (await genuine([importHmacKey(key)], parts.prefix, offered, body)) {
        return combined([...written, code])
      }
    }
    for (const { code, prefix } of wrongTexts(parts)) {
      if (await genuine(keys, prefix, offered, body)) return combined([...written, code])
    }
  }
  return undefined
}

/** Two mistakes at once take so many HMACs; where the budget has not that much left, they are not looked for. */
const pairsOfMistakes = 1000

/** The secret and the signed text are otherwise. */
const explainByTwo = async (
  { secret, body, genuine, budget }: Suspect,
  parts: SignedParts,
): Promise<Explanation | undefined> => {
  if (budget.left < pairsOfMistakes * (body.length + 512)) return undefined
  for (const { code, key } of wrongSecrets(secret)) {
    const keys = [importHmacKey(key)]
    for (const text of wrongTexts(parts)) {
      if (await genuine(keys, text.prefix, parts, body)) return combined([code, text.code])
    }
  }
  return undefined
}

/** What another wire would have signed. */
interface WireGuess {
  readonly prefix: string
  readonly signatures: readonly string[]
  readonly secretEncoding: SecretEncoding | undefined
}

/**
 * What the built-in profiles would read in this request, whatever headers carry it. Not asked of the profiles
 * themselves: those that nobody uses would come into every bundle.
 */
function* knownWires({ headers, header }: Suspect): Generator<WireGuess> {
  for (const prefix of ['webhook', 'svix']) {
    const [id, time, value] = ['id', 'timestamp', 'signature'].map((name) =>
      header(`${prefix}-${name}`),
    )
    if (id === undefined || time === undefined || value === undefined) continue
    const signatures = writtenDigests(value).map((digest) => digest.base64)
    yield { prefix: `${id}.${time}.`, signatures, secretEncoding: undefined }
  }
  for (const name of headerNames(headers)) {
    const value = header(name) ?? ''
    const signatures = writtenDigests(value).map((digest) => digest.base64)
    if (signatures.length === 0) continue
    const time = /(?:^|[,;\s])t=(\d{1,15})(?!\d)/.exec(value)?.[1]
    yield { prefix: '', signatures, secretEncoding: 'utf8' }
    if (time !== undefined) yield { prefix: `${time}.`, signatures, secretEncoding: 'utf8' }
  }
}

const keysOf = (secret: SecretSet, encoding: SecretEncoding | undefined): readonly HmacKey[] => {
  try {
    return prepareSecrets(secret, encoding).secrets.map(({ key }) => key)
  } catch {
    return []
  }
}

/** Whether the request is genuine on another wire, with the secret read as that wire reads it. */
const explainByWire = async (suspect: Suspect): Promise<Explanation | undefined> => {
  const { secret, body, genuine } = suspect
  for (const { prefix, signatures, secretEncoding } of knownWires(suspect)) {
    const keys = keysOf(secret, secretEncoding)
    if (await genuine(keys, prefix, { ...base64, signatures }, body)) {
      return certainly('other_profile')
    }
  }
  return undefined
}

/** Why the signature of a request is refused whose headers are as the profile asks; undefined if nothing explains it. */
export const explainSignature = async (
  suspect: Suspect,
  parts: SignedParts,
): Promise<Explanation | undefined> =>
  (await explainByOne(suspect, parts)) ??
  (await explainByWriting(suspect, parts)) ??
  (await explainByWire(suspect)) ??
  (await explainByTwo(suspect, parts))

/** The header of the timestamp and the signature is there, and its fields are named or separated otherwise. */
const explainFields = async (
  { profile, header, body, keys, genuine }: Suspect,
  malformed: string,
): Promise<Explanation | undefined> => {
  const guess = await rewrittenFields(profile, header, malformed)
  if (guess === undefined) return undefined
  const { codes, digest, parts } = guess
  const offered: Signatures = { ...base64, signatures: [digest.base64] }
  if (!(await genuine(keys, parts.prefix, offered, body))) return undefined
  return { ...combined(codes), header: malformed }
}

/** Why the headers of a request are refused; undefined if no signature in it tells. */
export const explainHeaders = async (
  suspect: Suspect,
  refused: Pick<Refusal, 'code' | 'header'>,
): Promise<Explanation | undefined> => {
  const { profile, headers, header, body, keys, genuine } = suspect
  const guesses = [
    () => renamedHeaders(profile, headers, header),
    () => writtenTimes(profile, header),
  ]
  for (const guess of guesses) {
    for (const { code, header: found, parts } of guess()) {
      if (await genuine(keys, parts.prefix, parts, body)) return certainly(code, found)
    }
  }
  // The signature stands in a header of another name, and is written otherwise as well.
  for (const { code, header: found, parts } of renamedHeaders(profile, headers, header)) {
    const value = header(found) ?? ''
    for (const digest of writtenDigests(value)) {
      const offered: Signatures = { ...base64, signatures: [digest.base64] }
      if (!(await genuine(keys, parts.prefix, offered, body))) continue
      return { ...combined([code, ...writingDifferences(value, digest, parts)]), header: found }
    }
  }
  const { header: malformed } = refused
  const fields =
    refused.code === 'malformed_header' && malformed !== undefined
      ? await explainFields(suspect, malformed)
      : undefined
  return fields ?? explainByWire(suspect)
}
