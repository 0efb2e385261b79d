import { sha256Hex } from '#crypto'
import { isThenable } from '../async/thenable.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { VerifiedSignature } from '../signature/check-signature.ts'
import type { HeaderReader } from '../signature/headers.ts'
import type { EnvelopeNames } from '../signature/profiles/envelope.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import { decode, type Envelope } from './decode.ts'
import { type SchemaMap, type Validation, validate } from './validate.ts'

/** A genuine event, and what the schema of its type says of it. */
export interface ReadEvent {
  readonly ok: true
  readonly event: AnyEvent
  readonly validation: Validation
  /** The id inside the signed body, whether or not it became the event's id. */
  readonly bodyId: string | undefined
}

/** What reading an event depends on. */
export interface ReadEventConfig {
  readonly profile: { readonly envelope: EnvelopeNames }
  readonly schemas: SchemaMap
}

/** The SHA-256 of the body in hexadecimal: what "the same bytes" means. */
export const fingerprintOf = (body: Uint8Array): string | Promise<string> => sha256Hex(body)

/** When an event happened whose envelope does not say so: when it was signed, or when it arrived. */
const timeOf = ({ signedAt }: VerifiedSignature, receivedAtMs: number): string =>
  new Date(signedAt === undefined ? receivedAtMs : signedAt * 1000).toISOString()

/** Builds the event under its signed id: from the headers, else from the signed body, else the hash of the body. */
const build = (
  signature: VerifiedSignature,
  envelope: Envelope,
  validation: Validation,
  body: Uint8Array,
  receivedAtMs: number,
): ReadEvent | Promise<ReadEvent> => {
  const { secretId } = signature
  const { type } = envelope
  const { data } = validation
  const timestamp = envelope.timestamp ?? timeOf(signature, receivedAtMs)
  const withId = (id: string): ReadEvent => ({
    ok: true,
    event:
      validation.kind === 'unknown'
        ? { id, type, timestamp, data, secretId, unknown: true }
        : { id, type, timestamp, data, secretId },
    validation,
    bodyId: envelope.id,
  })
  const id = signature.id ?? envelope.id ?? fingerprintOf(body)
  return typeof id === 'string' ? withId(id) : id.then(withId)
}

/**
 * Steps 4 and 5, the same for a request, for `verify` and for a job: decodes the bytes, validates the data and
 * builds the event. Returns without a promise where the schema and the runtime's cryptography are synchronous.
 */
export const readEvent = (
  { profile, schemas }: ReadEventConfig,
  signature: VerifiedSignature,
  body: Uint8Array,
  receivedAtMs: number,
  header: HeaderReader,
): ReadEvent | Refusal | Promise<ReadEvent> => {
  const envelope = decode(body, profile.envelope, header)
  if (!envelope.ok) return envelope
  const validating = validate(schemas, envelope.type, envelope.data)
  if (!isThenable(validating)) return build(signature, envelope, validating, body, receivedAtMs)
  return validating.then((validation) => build(signature, envelope, validation, body, receivedAtMs))
}
