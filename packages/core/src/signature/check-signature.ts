import type { RefusalDetail } from '../errors.ts'
import type { HeaderReader } from './headers.ts'
import type { Profile, Refusal, SignedParts } from './profiles/profile.ts'
import { maxSignatures } from './profiles/signed-fields.ts'
import type { SigningSecret } from './secrets.ts'
import { isSignature } from './written-signature.ts'

/** What the signature vouches for. */
export interface VerifiedSignature {
  readonly ok: true
  /** The id from the signed headers; undefined when the profile signs none there. */
  readonly id: string | undefined
  /** When this attempt was signed, unix seconds; undefined when the profile signs no time. */
  readonly signedAt: number | undefined
  /** Which secret matched. */
  readonly secretId: string
  /** The tenant that this secret belongs to; undefined when it has no `scope`. */
  readonly scope: string | undefined
}

/** What the check depends on, clock included. */
export interface SignatureCheck {
  readonly profile: Profile
  readonly toleranceSeconds: number
  /** This machine's time, unix milliseconds. */
  readonly now: () => number
}

/** The signatures that are worth comparing. None is not a short cut: there is nothing to compare. */
const candidates = (parts: SignedParts): readonly string[] => {
  const { signatures } = parts
  const [only] = signatures
  if (only !== undefined && signatures.length === 1 && isSignature(only, parts)) return signatures
  return signatures.filter((text) => isSignature(text, parts)).slice(0, maxSignatures)
}

// Comparisons with a time that is no number are false: each is written so that it refuses then.
const outOfWindow = (secret: SigningSecret, nowMs: number): RefusalDetail | undefined => {
  if (!(nowMs < secret.notAfter)) {
    return {
      reason: 'secret_expired',
      note: `It matches the secret "${secret.id}", which is past its notAfter.`,
    }
  }
  if (!(nowMs >= secret.notBefore)) {
    return {
      reason: 'secret_not_yet_valid',
      note: `It matches the secret "${secret.id}", which is before its notBefore.`,
    }
  }
  return undefined
}

/** The verdict over all secrets: one that matches and is within its window, or the reason why there is none. */
const judge = (
  secrets: readonly SigningSecret[],
  { id, signedAt }: SignedParts,
  matches: readonly boolean[],
  nowMs: number,
): VerifiedSignature | Refusal => {
  let expired: RefusalDetail | undefined
  for (let index = 0; index < secrets.length; index++) {
    const secret = secrets[index]
    if (secret === undefined || matches[index] !== true) continue
    const refused = outOfWindow(secret, nowMs)
    if (refused === undefined) {
      return { ok: true, id, signedAt, secretId: secret.id, scope: secret.scope }
    }
    expired ??= refused
  }
  if (secrets.length === 0) return { ok: false, code: 'invalid_signature', reason: 'no_secret' }
  return expired === undefined
    ? { ok: false, code: 'invalid_signature' }
    : { ok: false, code: 'invalid_signature', ...expired }
}

const areKnown = (matches: readonly (boolean | Promise<boolean>)[]): matches is boolean[] =>
  matches.every((match) => typeof match === 'boolean')

/** Compares each signature with the HMAC of each secret, all of them whether or not one matched. */
const compare = (
  parts: SignedParts,
  signatures: readonly string[],
  body: Uint8Array,
  secrets: readonly SigningSecret[],
  nowMs: number,
): VerifiedSignature | Refusal | Promise<VerifiedSignature | Refusal> => {
  const { prefix } = parts
  const [only] = secrets
  if (only !== undefined && secrets.length === 1) {
    const match = only.key.matches(prefix, body, signatures, parts)
    return typeof match === 'boolean'
      ? judge(secrets, parts, [match], nowMs)
      : match.then((known) => judge(secrets, parts, [known], nowMs))
  }
  const matches = secrets.map(({ key }) => key.matches(prefix, body, signatures, parts))
  return areKnown(matches)
    ? judge(secrets, parts, matches, nowMs)
    : Promise.all(matches).then((known) => judge(secrets, parts, known, nowMs))
}

/**
 * The one verifier under every profile: reads the signed parts, checks the window both ways, then compares each
 * signature with each secret. Without a promise where the runtime's cryptography is synchronous.
 *
 * @param secrets - or a function that finds them, which is asked only for a request that can be genuine at all
 */
export const checkSignature = (
  header: HeaderReader,
  body: Uint8Array,
  { profile, toleranceSeconds, now }: SignatureCheck,
  secrets:
    | readonly SigningSecret[]
    | (() => readonly SigningSecret[] | Promise<readonly SigningSecret[]>),
): VerifiedSignature | Refusal | Promise<VerifiedSignature | Refusal> => {
  const parts = profile.extract(header)
  if (!parts.ok) return parts
  const { signedAt } = parts

  const nowMs = now()
  if (signedAt !== undefined) {
    const skewSeconds = signedAt - Math.floor(nowMs / 1000)
    if (!(skewSeconds >= -toleranceSeconds))
      return { ok: false, code: 'timestamp_too_old', skewSeconds }
    if (!(skewSeconds <= toleranceSeconds))
      return { ok: false, code: 'timestamp_too_new', skewSeconds }
  }

  const signatures = candidates(parts)
  if (signatures.length === 0)
    return { ok: false, code: 'invalid_signature', reason: 'no_usable_signature' }

  if (typeof secrets !== 'function') return compare(parts, signatures, body, secrets, nowMs)
  const found = secrets()
  return 'then' in found
    ? found.then((answered) => compare(parts, signatures, body, answered, nowMs))
    : compare(parts, signatures, body, found, nowMs)
}
