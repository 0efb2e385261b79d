import { sha256Hex } from '#crypto'
import type { VerifiedSignature } from '../signature/check-signature.ts'
import type { Envelope } from './decode.ts'
import type { AnyEvent } from './outcome.ts'
import type { Validation } from './validate.ts'

/** The SHA-256 of the body in hexadecimal: what "the same bytes" means. */
export const fingerprintOf = (body: Uint8Array): string | Promise<string> => sha256Hex(body)

/** When an event happened whose envelope does not say so: when it was signed, or when it came. */
const timeOf = ({ timestamp }: VerifiedSignature, nowMs: number): string =>
  new Date(timestamp === undefined ? nowMs : timestamp * 1000).toISOString()

/** The event with its signed id: from the headers, else from the signed body, else the hash of the body. */
export const eventOf = (
  signature: VerifiedSignature,
  envelope: Envelope,
  validation: Validation,
  body: Uint8Array,
  nowMs: number,
): AnyEvent | Promise<AnyEvent> => {
  const { secretId } = signature
  const { type } = envelope
  const { data } = validation
  const timestamp = envelope.timestamp ?? timeOf(signature, nowMs)
  const eventWith = (id: string): AnyEvent =>
    validation.kind === 'unknown'
      ? { id, type, timestamp, data, secretId, unknown: true }
      : { id, type, timestamp, data, secretId }
  const id = signature.id ?? envelope.id ?? fingerprintOf(body)
  return typeof id === 'string' ? eventWith(id) : id.then(eventWith)
}
