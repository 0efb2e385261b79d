import { andThen } from '../async/and-then.ts'
import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { type TimedOut, timedOut } from '../async/timer.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import type { BodyRead, IncomingRequest } from '../delivery/request.ts'
import type { VerifiedSignature } from '../signature/check-signature.ts'
import { type HeaderReader, headerReader } from '../signature/headers.ts'
import type { Refusal } from '../signature/profiles/profile.ts'
import { authenticate } from '../verify/authenticate.ts'
import { readEvent } from '../verify/read-event.ts'
import { admitBatch } from './admit-batch.ts'
import { type Admitted, type AdmittedBatch, admitted, type NotAdmitted } from './admitted.ts'
import { askLimiter } from './ask-limiter.ts'
import type { ReceiverConfig } from './config.ts'
import { closing, deadlineExceeded, type WaitingStep } from './deadline-exceeded.ts'
import { guard } from './guard.ts'
import { readBody } from './read-body.ts'
import { outageRetrySeconds } from './retry-after.ts'

/** A body that was read. */
type ReadBody = Extract<BodyRead, { ok: true }>

const ended = (outcome: Outcome, rawBody?: Uint8Array): NotAdmitted => ({ outcome, rawBody })

/** The end of a request whose time is up: nobody has been found genuine yet, or its event not been read. */
const late = (config: ReceiverConfig, deadline: Deadline, step: WaitingStep): NotAdmitted =>
  ended(deadlineExceeded(config, deadline, step))

/** A body that was not read. */
const unread = (config: ReceiverConfig, read: Extract<BodyRead, { ok: false }>): Outcome =>
  read.code === 'too_many_bodies'
    ? { outcome: 'retry_later', code: read.code, retryAfterSeconds: outageRetrySeconds(config) }
    : refuse({ ...read, code: read.code })

/** A refused signature. Where something here has changed the bytes, the sender must not be blamed for it. */
const unfit = (refusal: Refusal, { bytes, doubt }: ReadBody, header: HeaderReader): Outcome => {
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

type Ending = Admitted | AdmittedBatch | NotAdmitted

/** A request on its way through the steps. */
interface Arrival {
  readonly request: IncomingRequest
  readonly header: HeaderReader
  readonly receivedAtMs: number
  readonly deadline: Deadline
}

/** Waits for what is not there yet, but not longer than the deadline. */
const inTime = <Value>(
  deadline: Deadline,
  value: Value | PromiseLike<Value>,
): Value | Promise<Value | TimedOut> => (isThenable(value) ? deadline.wait(value) : value)

/** A genuine body that holds no event: whoever asks the sender about it needs its id. */
const refuseGenuine = (refusal: Refusal, { id, secretId }: VerifiedSignature): Outcome => {
  const outcome = refuse(refusal)
  if (outcome.outcome !== 'rejected') return outcome
  return id === undefined ? { ...outcome, secretId } : { ...outcome, id, secretId }
}

/** Steps 1 to 5: nothing trusts what an earlier step has not checked. Without a promise where nothing waits. */
export const admit = (
  config: ReceiverConfig,
  request: IncomingRequest,
  deadline: Deadline,
): Ending | Promise<Ending> => {
  if (config.underWay.isClosing) return ended(closing(config))
  const receivedAtMs = config.now()
  const header = headerReader(request.headers)
  const arrival = { request, header, receivedAtMs, deadline }

  // 1. Guard
  const guarding = guard(config, request, header, deadline)
  return andThen(inTime(deadline, guarding), (refused) => {
    if (refused === timedOut) return late(config, deadline, 'throttle')
    return refused === undefined ? read(config, arrival) : ended(refused)
  })
}

/** Step 2, and those behind it. */
const read = (config: ReceiverConfig, arrival: Arrival): Ending | Promise<Ending> => {
  const { request, deadline } = arrival
  const { readTimeoutMs } = config
  const leftMs = deadline.leftMs()
  const receiving = readBody(request.body, {
    maxBytes: config.maxBodyBytes,
    timeoutMs: Math.min(readTimeoutMs, leftMs),
    inFlight: config.bodiesInFlight,
  })
  return andThen(inTime(deadline, receiving), (body) => {
    if (body === timedOut) return late(config, deadline, 'body')
    if (!body.ok) {
      const byDeadline = body.code === 'body_read_timeout' && leftMs < readTimeoutMs
      return byDeadline ? late(config, deadline, 'body') : ended(unread(config, body))
    }
    deadline.bytes = body.bytes.length
    return checkSigned(config, arrival, body)
  })
}

/** Step 3, and those behind it. */
const checkSigned = (
  config: ReceiverConfig,
  arrival: Arrival,
  body: ReadBody,
): Ending | Promise<Ending> => {
  const { request, header, deadline } = arrival
  const authenticating = authenticate(config, header, body.bytes, request.env)
  // The runtime's own cryptography answers: a timer is for a function of the user's.
  const waits = typeof config.secrets === 'function'
  return andThen(waits ? inTime(deadline, authenticating) : authenticating, (signature) => {
    if (signature === timedOut) return late(config, deadline, 'secret')
    return signature.ok
      ? open(config, arrival, signature, body.bytes)
      : refuseSigned(config, arrival, unfit(signature, body, header), body.bytes)
  })
}

/** The end of a request whose signature is refused: it may be one of too many. */
const refuseSigned = (
  config: ReceiverConfig,
  { request, deadline }: Arrival,
  outcome: Outcome,
  rawBody: Uint8Array,
): Ending | Promise<Ending> => {
  const { limiter } = config
  // What is our own mistake counts against nobody, and what is genuine does not get here.
  if (limiter?.count !== 'failures' || outcome.outcome !== 'rejected')
    return ended(outcome, rawBody)
  return askLimiter(config, limiter, request, deadline).then((tooMany) =>
    tooMany === undefined ? ended(outcome, rawBody) : ended(tooMany),
  )
}

/** Steps 4 and 5. Decode, validate: one event, or those of a batch. */
const open = (
  config: ReceiverConfig,
  arrival: Arrival,
  signature: VerifiedSignature,
  rawBody: Uint8Array,
): Ending | Promise<Ending> => {
  const { request, receivedAtMs, deadline } = arrival
  const { splitBatch } = config.profile.envelope
  if (splitBatch === undefined) return openEvent(config, arrival, signature, rawBody)
  const received = { request, signature, receivedAtMs }
  return deadline.wait(admitBatch(config, received, rawBody, splitBatch)).then((batch) => {
    if (batch === timedOut) return late(config, deadline, 'schema')
    return batch ?? openEvent(config, arrival, signature, rawBody)
  })
}

const openEvent = (
  config: ReceiverConfig,
  { request, header, receivedAtMs, deadline }: Arrival,
  signature: VerifiedSignature,
  rawBody: Uint8Array,
): Ending | Promise<Ending> => {
  const reading = readEvent(config, signature, rawBody, receivedAtMs, header)
  return andThen(inTime(deadline, reading), (event) => {
    if (event === timedOut) return late(config, deadline, 'schema')
    return event.ok
      ? admitted(config, { request, signature, receivedAtMs }, event, rawBody)
      : ended(refuseGenuine(event, signature))
  })
}
