import { sha256Hex } from '#crypto'
import type { VerifiedSignature } from '../signature/check-signature.ts'
import type { Envelope } from './decode.ts'
import type { AnyEvent } from './outcome.ts'
import type { Validation } from './validate.ts'

/** The SHA-256 of the body in hexadecimal: what "the same bytes" means. */
export const fingerprintOf = (body: Uint8Array): string | Promise<string> => sha256Hex(body)

/** The event with its signed id: from the headers, else from the signed body, else the hash of the body. */
export const eventOf = async (
  signature: VerifiedSignature,
  envelope: Envelope,
  validation: Validation,
  body: Uint8Array,
  nowMs: number,
): Promise<AnyEvent> => {
  const { timestamp } = signature
  return {
    id: signature.id ?? envelope.id ?? (await fingerprintOf(body)),
    type: envelope.type,
    timestamp:
      envelope.timestamp ??
      new Date(timestamp === undefined ? nowMs : timestamp * 1000).toISOString(),
    data: validation.data,
    secretId: signature.secretId,
    ...(validation.kind === 'unknown' && { unknown: true }),
  }
}
