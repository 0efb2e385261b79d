import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { timedOut } from '../async/timer.ts'
import { type GenuineDelivery, requestDelivery } from '../delivery/delivery.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import { headerReader } from '../signature/headers.ts'
import { authenticate } from '../verify/authenticate.ts'
import { readEvent } from '../verify/read-event.ts'
import type { Validation } from '../verify/validate.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded, type WaitingStep } from './deadline-exceeded.ts'
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

/** The end of a request whose time is up: nobody has been found genuine yet, or its event not been read. */
const late = (config: ReceiverConfig, deadline: Deadline, step: WaitingStep): NotAdmitted =>
  ended(deadlineExceeded(config, deadline, step))

/** Steps 1 to 5: nothing trusts what an earlier step has not checked. */
export const admit = async (
  config: ReceiverConfig,
  request: IncomingRequest,
  deadline: Deadline,
): Promise<Admitted | NotAdmitted> => {
  const receivedAtMs = config.now()
  const header = headerReader(request.headers)

  // 1. Guard
  const guarding = guard(config, request, header)
  const refused = isThenable(guarding) ? await deadline.wait(guarding) : guarding
  if (refused === timedOut) return late(config, deadline, 'throttle')
  if (refused !== undefined) return ended(refused)

  // 2. Read
  const { readTimeoutMs } = config
  const leftMs = deadline.leftMs()
  const receiving = readBody(request.body, {
    maxBytes: config.maxBodyBytes,
    timeoutMs: Math.min(readTimeoutMs, leftMs),
  })
  const body = isThenable(receiving) ? await deadline.wait(receiving) : receiving
  if (body === timedOut) return late(config, deadline, 'body')
  if (!body.ok) {
    const byDeadline = body.code === 'body_read_timeout' && leftMs < readTimeoutMs
    return byDeadline ? late(config, deadline, 'body') : ended(refuse(body))
  }
  const rawBody = body.bytes

  // 3. Authenticate
  let signature = authenticate(config, header, rawBody, request.env)
  if (isThenable(signature)) {
    // The runtime's own cryptography answers: a timer is for a function of the user's.
    const waits = typeof config.secrets === 'function'
    const answered = waits ? await deadline.wait(signature) : await signature
    if (answered === timedOut) return late(config, deadline, 'secret')
    signature = answered
  }
  if (!signature.ok) return ended(refuse(signature), rawBody)

  // 4 and 5. Decode, validate
  const reading = readEvent(config, signature, rawBody, receivedAtMs, header)
  const read = isThenable(reading) ? await deadline.wait(reading) : reading
  if (read === timedOut) return late(config, deadline, 'schema')
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
