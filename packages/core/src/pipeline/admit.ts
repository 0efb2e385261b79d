import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { timedOut } from '../async/timer.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import { headerReader } from '../signature/headers.ts'
import { authenticate } from '../verify/authenticate.ts'
import { readEvent } from '../verify/read-event.ts'
import { admitBatch } from './admit-batch.ts'
import { type Admitted, type AdmittedBatch, admitted, type NotAdmitted } from './admitted.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded, type WaitingStep } from './deadline-exceeded.ts'
import { guard } from './guard.ts'
import { readBody } from './read-body.ts'

const ended = (outcome: Outcome, rawBody?: Uint8Array): NotAdmitted => ({ outcome, rawBody })

/** The end of a request whose time is up: nobody has been found genuine yet, or its event not been read. */
const late = (config: ReceiverConfig, deadline: Deadline, step: WaitingStep): NotAdmitted =>
  ended(deadlineExceeded(config, deadline, step))

/** Steps 1 to 5: nothing trusts what an earlier step has not checked. */
export const admit = async (
  config: ReceiverConfig,
  request: IncomingRequest,
  deadline: Deadline,
): Promise<Admitted | AdmittedBatch | NotAdmitted> => {
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
