import { type GenuineDelivery, requestDelivery } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { VerifiedSignature } from '../signature/check-signature.ts'
import type { ReadEvent } from '../verify/read-event.ts'
import type { Validation } from '../verify/validate.ts'
import type { ReceiverConfig } from './config.ts'

/** A request whose body is genuine, and what the schema says of it. */
export interface Admitted {
  readonly delivery: GenuineDelivery
  readonly validation: Validation
  readonly outcome?: never
  readonly batch?: never
}

/** A genuine body with several events: each admitted by itself, or refused. */
export interface AdmittedBatch {
  readonly batch: readonly (Admitted | NotAdmitted)[]
  readonly outcome?: never
}

/** A request, or an event of a batch, that ends here. */
export interface NotAdmitted {
  readonly outcome: Outcome
  /** The bytes whose signature was refused, for a diagnosis; undefined when it ended for another reason. */
  readonly rawBody: Uint8Array | undefined
  readonly batch?: never
}

/** What a genuine event comes with. */
export interface Received {
  readonly request: IncomingRequest
  readonly signature: VerifiedSignature
  readonly receivedAtMs: number
}

/** The delivery of an event that was read, with the bytes that it was read from. */
export const admitted = (
  { endpoint, keptHeaders }: ReceiverConfig,
  { request, signature, receivedAtMs }: Received,
  { event, validation }: ReadEvent,
  rawBody: Uint8Array,
): Admitted => ({
  delivery: requestDelivery({
    event,
    rawBody,
    signedAt: signature.signedAt,
    receivedAtMs,
    endpoint,
    scope: signature.scope,
    keptHeaders,
    requestHeaders: request.headers,
  }),
  validation,
})
