import { isThenable } from '../async/thenable.ts'
import { type GenuineDelivery, requestDelivery } from '../delivery/delivery.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import type { BodyRead, IncomingRequest } from '../delivery/request.ts'
import { type HeaderReader, headerReader } from '../signature/headers.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import { authenticate } from '../verify/authenticate.ts'
import { readEvent } from '../verify/read-event.ts'
import type { Validation } from '../verify/validate.ts'
import type { ReceiverConfig } from './config.ts'
import { guard } from './guard.ts'
import { readBody } from './read-body.ts'
import { outageRetrySeconds } from './retry-after.ts'

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

/** A body that was not read. */
const unread = (config: ReceiverConfig, read: Extract<BodyRead, { ok: false }>): Outcome =>
  read.code === 'too_many_bodies'
    ? { outcome: 'retry_later', code: read.code, retryAfterSeconds: outageRetrySeconds(config) }
    : refuse({ ...read, code: read.code })

/** A refused signature. Where something here has changed the bytes, the sender must not be blamed for it. */
const unfit = (
  refusal: Refusal,
  { bytes, doubt }: Extract<BodyRead, { ok: true }>,
  header: HeaderReader,
): Outcome => {
  const announced = Number(header('content-length') ?? bytes.length)
  const note =
    announced === bytes.length
      ? doubt
      : `${announced} bytes arrived, and ${bytes.length} were handed over: something changed the body.`
  return refuse(
    note === undefined || refusal.code !== 'invalid_signature'
      ? refusal
      : { ok: false, code: 'body_already_parsed', note },
  )
}

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
    inFlight: config.bodiesInFlight,
  })
  const body = isThenable(receiving) ? await receiving : receiving
  if (!body.ok) return ended(unread(config, body))
  const rawBody = body.bytes

  // 3. Authenticate
  const authenticating = authenticate(config, header, rawBody, request.env)
  const signature = isThenable(authenticating) ? await authenticating : authenticating
  if (!signature.ok) return ended(unfit(signature, body, header), rawBody)

  // 4 and 5. Decode, validate
  const reading = readEvent(config, signature, rawBody, receivedAtMs)
  const read = isThenable(reading) ? await reading : reading
  if (!read.ok) return ended(refuse(read))

  const { event, validation } = read
  const { endpoint, profile } = config
  const { signedAt } = signature
  const requestHeaders = request.headers
  return {
    delivery: requestDelivery({
      event,
      rawBody,
      signedAt,
      receivedAtMs,
      endpoint,
      profile,
      requestHeaders,
    }),
    validation,
  }
}
