import type { RefusalDetail, VerificationCode } from '../../errors.ts'
import type { HeaderReader } from '../headers.ts'
import type { SignatureForm } from '../written-signature.ts'
import type { EnvelopeNames } from './envelope.ts'

/** How a secret is written: `base64`, `base64url` and `hex` are decoded, `utf8` is taken as it stands. */
export type SecretEncoding = 'base64' | 'base64url' | 'hex' | 'utf8'

/** What a profile found in the headers of a request, before anything is trusted. */
export interface SignedParts extends SignatureForm {
  /** The id that the signature covers; undefined when the profile has none and the signed body is asked. */
  readonly id: string | undefined
  /** The time of this attempt in unix seconds; undefined when the profile signs none (no replay window). */
  readonly signedAt: number | undefined
  /** What is signed in front of the body; ASCII, may be empty. */
  readonly prefix: string
  /**
   * The signatures as they are written, with their mark. They are decoded strictly; those that do not stand for 32
   * bytes are ignored, and at most 16 are looked at.
   */
  readonly signatures: readonly string[]
}

/** Why a request is refused, as data: no Error is built on the way. */
export interface Refusal<Code extends string = VerificationCode> extends RefusalDetail {
  readonly ok: false
  readonly code: Code
}

/** What the sender puts into the headers of one attempt. */
export interface SigningInput {
  /** The id of the event. */
  readonly id: string
  /** The time of the attempt, unix seconds. */
  readonly signedAt: number
  /** The values of other headers that the wire signs, by name. */
  readonly headers?: Readonly<Record<string, string>>
  /** Computes the HMAC-SHA256 of `prefix` followed by the body, 32 bytes. */
  readonly hmac: (prefix: string) => Promise<Uint8Array>
}

/**
 * Where a request carries its id, timestamp and signatures, and which bytes are signed. One verifier
 * serves every profile: a profile only reads and writes headers, it never compares anything.
 * Write your own object of this shape for a wire that none of the three built-in ones describes.
 */
export interface Profile {
  /** For logs and messages. */
  readonly name: string
  /** How a secret without the `whsec_` prefix is decoded when it names no `encoding`; absent: it must name one. */
  readonly secretEncoding?: SecretEncoding
  /** The headers that a queued or parked delivery keeps, such as those with the id and the timestamp; never a signature. */
  readonly keptHeaders?: readonly string[]
  /** How the JSON of an event is laid out. */
  readonly envelope: EnvelopeNames
  /** Reads the signed parts of a request, or says what is wrong with its headers. Must not throw. */
  extract(header: HeaderReader): ({ readonly ok: true } & SignedParts) | Refusal
  /** The headers that carry the signature of one attempt. */
  headers(input: SigningInput): Promise<Record<string, string>>
}
