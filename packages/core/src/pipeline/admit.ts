import { isThenable } from '../async/thenable.ts'
import { type GenuineDelivery, requestDelivery } from '../delivery/delivery.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import { headerReader } from '../signature/headers.ts'
import { authenticate } from '../verify/authenticate.ts'
import { readEvent } from '../verify/read-event.ts'
import type { Validation } from '../verify/validate.ts'
import type { ReceiverConfig } from './config.ts'
import { guard } from './guard.ts'
import { readBody } from './read-body.ts'

/** A request whose body is genuine, and what the schema says of it. */
export interface Admitted {
  readonly delivery: GenuineDelivery
  readonly validation: Validation
  readonly outcome?: never
}

/** A request that ends here. */
export interface NotAdmitted {
  readonly outcome: Outcome
  /** The bytes whose signature was refused, for a diagnosis; undefined when it ended for another reason. */
  readonly rawBody: Uint8Array | undefined
}

const ended = (outcome: Outcome, rawBody?: Uint8Array): NotAdmitted => ({ outcome, rawBody })

/** Steps 1 to 5: nothing trusts what an earlier step has not checked. */
export const admit = async (
  config: ReceiverConfig,
  request: IncomingRequest,
): Promise<Admitted | NotAdmitted> => {
  const receivedAtMs = config.now()
  const header = headerReader(request.headers)

  // 1. Guard
  const guarding = guard(config, request, header)
  const refused = isThenable(guarding) ? await guarding : guarding
  if (refused !== undefined) return ended(refused)

  // 2. Read
  const receiving = readBody(request.body, {
    maxBytes: config.maxBodyBytes,
    timeoutMs: config.readTimeoutMs,
  })
  const body = isThenable(receiving) ? await receiving : receiving
  if (!body.ok) return ended(refuse(body))
  const rawBody = body.bytes

  // 3. Authenticate
  const authenticating = authenticate(config, header, rawBody, request.env)
  const signature = isThenable(authenticating) ? await authenticating : authenticating
  if (!signature.ok) return ended(refuse(signature), rawBody)

  // 4 and 5. Decode, validate
  const reading = readEvent(config, signature, rawBody, receivedAtMs)
  const read = isThenable(reading) ? await reading : reading
  if (!read.ok) return ended(refuse(read))

  const { event, validation } = read
  const { endpoint, keptHeaders } = config
  const { signedAt, scope } = signature
  const requestHeaders = request.headers
  return {
    delivery: requestDelivery({
      event,
      rawBody,
      signedAt,
      receivedAtMs,
      endpoint,
      scope,
      keptHeaders,
      requestHeaders,
    }),
    validation,
  }
}
