import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { timedOut } from '../async/timer.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import type { BodyRead, IncomingRequest } from '../delivery/request.ts'
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
  deadline: Deadline,
): Promise<Admitted | AdmittedBatch | NotAdmitted> => {
  if (config.underWay.isClosing) return ended(closing(config))
  const receivedAtMs = config.now()
  const header = headerReader(request.headers)

  // 1. Guard
  const guarding = guard(config, request, header, deadline)
  const refused = isThenable(guarding) ? await deadline.wait(guarding) : guarding
  if (refused === timedOut) return late(config, deadline, 'throttle')
  if (refused !== undefined) return ended(refused)

  // 2. Read
  const { readTimeoutMs } = config
  const leftMs = deadline.leftMs()
  const receiving = readBody(request.body, {
    maxBytes: config.maxBodyBytes,
    timeoutMs: Math.min(readTimeoutMs, leftMs),
    inFlight: config.bodiesInFlight,
  })
  const body = isThenable(receiving) ? await deadline.wait(receiving) : receiving
  if (body === timedOut) return late(config, deadline, 'body')
  if (!body.ok) {
    const byDeadline = body.code === 'body_read_timeout' && leftMs < readTimeoutMs
    return byDeadline ? late(config, deadline, 'body') : ended(unread(config, body))
  }
  const rawBody = body.bytes
  deadline.bytes = rawBody.length

  // 3. Authenticate
  let signature = authenticate(config, header, rawBody, request.env)
  if (isThenable(signature)) {
    // The runtime's own cryptography answers: a timer is for a function of the user's.
    const waits = typeof config.secrets === 'function'
    const answered = waits ? await deadline.wait(signature) : await signature
    if (answered === timedOut) return late(config, deadline, 'secret')
    signature = answered
  }
  if (!signature.ok) {
    const outcome = unfit(signature, body, header)
    const { limiter } = config
    // What is our own mistake counts against nobody, and what is genuine does not get here.
    const tooMany =
      limiter?.count === 'failures' && outcome.outcome === 'rejected'
        ? await askLimiter(config, limiter, request, deadline)
        : undefined
    return tooMany === undefined ? ended(outcome, rawBody) : ended(tooMany)
  }

  // 4 and 5. Decode, validate
  const received = { request, signature, receivedAtMs }
  const { splitBatch } = config.profile.envelope
  if (splitBatch !== undefined) {
    const batch = await deadline.wait(admitBatch(config, received, rawBody, splitBatch))
    if (batch === timedOut) return late(config, deadline, 'schema')
    if (batch !== undefined) return batch
  }
  const reading = readEvent(config, signature, rawBody, receivedAtMs, header)
  const read = isThenable(reading) ? await deadline.wait(reading) : reading
  if (read === timedOut) return late(config, deadline, 'schema')
  if (!read.ok) return ended(refuse(read))

  return admitted(config, received, read, rawBody)
}
