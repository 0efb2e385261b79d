import type { PayloadIssue, RefusalDetail, VerificationCode } from '../errors.ts'
import type { ReceiverConfig } from '../receiver/config.ts'
import type { Run } from '../receiver/handlers.ts'
import type { GenuineDelivery } from '../receiver/options.ts'
import { PermanentFailure } from '../receiver/verdicts.ts'
import { headerReader } from '../signature/headers.ts'
import { claim } from './claim.ts'
import { decode } from './decode.ts'
import { dispatchInline, dispatchToQueue } from './dispatch.ts'
import { eventOf, fingerprintOf } from './event.ts'
import { guard } from './guard.ts'
import type { AnyEvent, Outcome } from './outcome.ts'
import { readBody } from './read-body.ts'
import type { BodyRead, IncomingRequest } from './request.ts'
import { parkDelivery, settle } from './settle.ts'
import { transact } from './transact.ts'
import { type Validation, validate } from './validate.ts'
import { verify } from './verify.ts'

type ReadCode = Extract<BodyRead, { ok: false }>['code']

/** A refusal as an outcome: our user's mistakes are failures, everything else is a rejection. */
const refuse = (
  { ok: _, code, ...detail }: RefusalDetail & { ok: false; code: VerificationCode | ReadCode },
  event?: AnyEvent,
): Outcome => {
  const about = event === undefined ? detail : { ...detail, event }
  return code === 'misconfigured' || code === 'body_already_parsed'
    ? { outcome: 'failed', code, ...about }
    : { outcome: 'rejected', code, ...about }
}

/** The handlers for an event, as the schema found it. */
const handlersFor = (
  { handlers }: ReceiverConfig,
  type: string,
  validation: Validation,
): readonly Run[] => {
  switch (validation.kind) {
    case 'known':
      return handlers.forType(type)
    case 'unknown':
      return handlers.forUnknown()
    case 'invalid':
      return handlers.forInvalid(validation.issues)
  }
}

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

/** Steps 1 to 5: nothing trusts what an earlier step has not checked. */
export const admit = async (
  config: ReceiverConfig,
  request: IncomingRequest,
  onRefused?: (evidence: RefusedEvidence) => void,
): Promise<Admitted | Outcome> => {
  const receivedAtMs = config.now()
  const header = headerReader(request.headers)

  // 1. Guard
  const refused = await guard(config, request, header)
  if (refused !== undefined) return refused

  // 2. Read
  const read = await readBody(request.body, {
    maxBytes: config.maxBodyBytes,
    timeoutMs: config.readTimeoutMs,
  })
  if (!read.ok) return refuse(read)
  const rawBody = read.bytes

  // 3. Verify
  const signature = await verify(config, header, rawBody, request.env)
  if (!signature.ok) {
    onRefused?.({ rawBody })
    return refuse(signature)
  }

  // 4. Decode
  const envelope = decode(rawBody, config.profile.envelope)
  if (!envelope.ok) return refuse(envelope)

  // 5. Validate
  const validation = await validate(config.schemas, envelope.type, envelope.data)
  const event = await eventOf(signature, envelope, validation, rawBody, receivedAtMs)
  const { timestamp } = signature
  return { admitted: true, delivery: { event, rawBody, timestamp, receivedAtMs }, validation }
}

/** The refusal of a known event whose data does not fit. */
export const refuseInvalid = (event: AnyEvent, issues: readonly PayloadIssue[]): Outcome =>
  refuse({ ok: false, code: 'invalid_payload', reason: 'schema_mismatch', issues }, event)

const unhandled = (config: ReceiverConfig, event: AnyEvent): Outcome =>
  config.unhandled === 'ack'
    ? { outcome: 'unhandled', event }
    : { outcome: 'unhandled', event, code: 'unhandled_event' }

/** Stands in for the handlers of an event that cannot be handled: it is parked. */
const refuseToRun =
  (validation: Validation): Run =>
  () => {
    throw new PermanentFailure('the data does not fit the schema', { cause: validation })
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
  const { delivery, validation } = admitted
  const { event, rawBody } = delivery

  const runs = handlersFor(config, event.type, validation)
  const mustPark = runs.length === 0 && validation.kind === 'invalid' && config.park !== undefined
  if (runs.length === 0 && !mustPark) {
    return validation.kind === 'invalid'
      ? refuseInvalid(event, validation.issues)
      : unhandled(config, event)
  }
  if (config.dispatch !== undefined && !mustPark) {
    return dispatchToQueue(config, config.dispatch, delivery)
  }

  const { store } = config
  const fingerprint = await fingerprintOf(rawBody)
  if ('transact' in store) {
    // 6 to 8 in one transaction
    const handlers = mustPark ? [refuseToRun(validation)] : runs
    return transact(config, store, handlers, delivery, fingerprint, request)
  }

  // 6. Claim
  const claimed = await claim(config, store, event, fingerprint)
  if (claimed.kind === 'answered') return claimed.outcome
  const { lease } = claimed
  if (mustPark) return parkDelivery(config, delivery, validation, lease)
  if (lease.attempt > config.maxAttempts) {
    return parkDelivery(
      config,
      delivery,
      new Error(`run ${lease.attempt - 1} times without an end`),
      lease,
    )
  }

  // 7. Dispatch
  const dispatched = await dispatchInline(config, runs, delivery, request.headers, lease)

  // 8. Settle
  return settle(config, delivery, dispatched, lease, request.waitUntil)
}
