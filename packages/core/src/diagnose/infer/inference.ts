import type { BodyInput } from '../../encoding/bytes.ts'
import type { HeadersInput } from '../../signature/headers.ts'
import type { EnvelopeNames } from '../../signature/profiles/envelope.ts'
import type { Profile, SecretEncoding } from '../../signature/profiles/profile.ts'
import type { OtherAlgorithm } from './other-algorithm.ts'

/** A captured request, and the secret of its endpoint. */
export interface InferenceInput {
  /** All headers of the request, in any usual shape. */
  readonly headers: HeadersInput
  /** The bytes that arrived, or their text. */
  readonly body: BodyInput
  /** The secret as the platform shows it, or its bytes. */
  readonly secret: string | Uint8Array
  /** The method, default `POST`: some senders sign it. */
  readonly method?: string
  /** The URL or path that the request was sent to, where it is known: some senders sign it. */
  readonly url?: string
}

/** One way in which the request was signed: proven by its signature. */
export interface InferredProfile {
  /** The profile, for `createReceiver`; undefined where no profile can describe it: `missing` then says why. */
  readonly profile: Profile | undefined
  /** A receiver with that profile, as TypeScript of five lines. */
  readonly source: string | undefined
  /** The `encoding` that the secret has to name; undefined where it is taken as it stands. */
  readonly secretEncoding: SecretEncoding | undefined
  /** The header with the signature. */
  readonly header: string
  /** What is signed, as the template of a profile. */
  readonly signed: string
  /** Whether the time of the attempt is signed, so that an old request is refused. */
  readonly replayWindow: boolean
  /** Where the event's id comes from: a signed header, or the signed body (else the hash of the body). */
  readonly idFrom: 'header' | 'body'
  /**
   * How the JSON is laid out, as far as it differs from `{ type, timestamp, data, id }`; part of `profile`. A guess by
   * the names in it, because no signature says it.
   */
  readonly envelope: Readonly<Partial<EnvelopeNames>>
  /** Whether the type of the event was found in the JSON or the headers. */
  readonly envelopeFound: boolean
  /** What is missing for safety, one sentence each; empty if nothing is. */
  readonly missing: readonly string[]
  /** What else its user should know, one sentence each. */
  readonly notes: readonly string[]
}

/** What `inferProfile` answers. */
export interface Inference {
  /** Whether a way was found. */
  readonly ok: boolean
  /** The ways that were found, the likeliest first; nearly always one. */
  readonly matches: readonly InferredProfile[]
  /** What was found, or what it looks like instead. */
  readonly message: string
  /** What was tried. Holds no secret, no signature and nothing of the body. */
  readonly tried: {
    readonly hmacs: number
    /** The headers with a value as long as an HMAC-SHA256. */
    readonly signatureHeaders: readonly string[]
    /** The headers whose values were tried in front of the body. */
    readonly signedHeaders: readonly string[]
    /** How the secret was read. */
    readonly secretEncodings: readonly SecretEncoding[]
  }
  /** A signature of another kind in the request, by its form or proven. */
  readonly otherAlgorithm?: OtherAlgorithm
}
