import { keptHeaders } from '../queue/kept-headers.ts'
import type { ReceiverConfig } from '../receiver/config.ts'
import type { GenuineDelivery } from '../receiver/options.ts'
import { headerReader } from '../signature/headers.ts'
import { decode } from './decode.ts'
import { eventOf } from './event.ts'
import { guard } from './guard.ts'
import { handleDelivery } from './handle-delivery.ts'
import type { AnyEvent, Outcome } from './outcome.ts'
import { readBody } from './read-body.ts'
import { refuse } from './refuse.ts'
import type { IncomingRequest } from './request.ts'
import { isThenable } from './thenable.ts'
import { type Validation, validate } from './validate.ts'
import { verify } from './verify.ts'

/** A request whose body is genuine, and what the schema says of it. */
export interface Admitted {
  readonly admitted: true
  readonly delivery: GenuineDelivery
  readonly validation: Validation
}

/** A request whose signature was refused, for whoever wants to know why. */
export interface RefusedEvidence {
  readonly rawBody: Uint8Array
}

/**
 * The headers are copied when somebody asks for them: a queue or a parking place. A class, because a getter
 * in an object of its own costs more than all the rest of the object.
 */
class RequestDelivery implements GenuineDelivery {
  readonly event: AnyEvent
  readonly rawBody: Uint8Array
  readonly timestamp: number | undefined
  readonly receivedAtMs: number
  readonly endpoint: string
  readonly #config: ReceiverConfig
  readonly #request: IncomingRequest
  #headers: GenuineDelivery['headers'] | undefined

  constructor(
    config: ReceiverConfig,
    request: IncomingRequest,
    parts: Pick<GenuineDelivery, 'event' | 'rawBody' | 'timestamp' | 'receivedAtMs'>,
  ) {
    this.event = parts.event
    this.rawBody = parts.rawBody
    this.timestamp = parts.timestamp
    this.receivedAtMs = parts.receivedAtMs
    this.endpoint = config.endpoint
    this.#config = config
    this.#request = request
  }

  get headers(): GenuineDelivery['headers'] {
    this.#headers ??= keptHeaders(this.#request.headers, this.#config.profile)
    return this.#headers
  }
}

/** Steps 1 to 5: nothing trusts what an earlier step has not checked. */
export const admit = async (
  config: ReceiverConfig,
  request: IncomingRequest,
  onRefused?: (evidence: RefusedEvidence) => void,
): Promise<Admitted | Outcome> => {
  const receivedAtMs = config.now()
  const header = headerReader(request.headers)

  // 1. Guard
  const guarded = guard(config, request, header)
  const refused = isThenable(guarded) ? await guarded : guarded
  if (refused !== undefined) return refused

  // 2. Read
  const reading = readBody(request.body, {
    maxBytes: config.maxBodyBytes,
    timeoutMs: config.readTimeoutMs,
  })
  const read = isThenable(reading) ? await reading : reading
  if (!read.ok) return refuse(read)
  const rawBody = read.bytes

  // 3. Verify
  const verified = verify(config, header, rawBody, request.env)
  const signature = isThenable(verified) ? await verified : verified
  if (!signature.ok) {
    onRefused?.({ rawBody })
    return refuse(signature)
  }

  // 4. Decode
  const envelope = decode(rawBody, config.profile.envelope)
  if (!envelope.ok) return refuse(envelope)

  // 5. Validate
  const validated = validate(config.schemas, envelope.type, envelope.data)
  const validation = isThenable(validated) ? await validated : validated
  const made = eventOf(signature, envelope, validation, rawBody, receivedAtMs)
  const event = isThenable(made) ? await made : made
  const { timestamp } = signature
  const parts = { event, rawBody, timestamp, receivedAtMs }
  return { admitted: true, delivery: new RequestDelivery(config, request, parts), validation }
}

/**
 * What happens to one delivery, in nine steps; the ninth, the answer, is made of the outcome by the
 * caller. No 2xx leaves before the event is processed, durably queued or parked.
 */
export const runPipeline = async (
  config: ReceiverConfig,
  request: IncomingRequest,
  onRefused?: (evidence: RefusedEvidence) => void,
): Promise<Outcome> => {
  // 1 to 5. Guard, read, verify, decode, validate
  const admitted = await admit(config, request, onRefused)
  if (!('admitted' in admitted)) return admitted

  // 6 to 8. Claim, dispatch, settle
  return await handleDelivery(config, admitted.delivery, admitted.validation, request)
}
