import { andThen } from '../async/and-then.ts'
import type { Deadline } from '../async/deadline.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { RegisteredHandler } from '../delivery/handlers.ts'
import { type Outcome, refuseInvalid } from '../delivery/outcome.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { Validation } from '../verify/validate.ts'
import { aboutEvent } from './about-event.ts'
import { claim } from './claim.ts'
import type { ReceiverConfig } from './config.ts'
import { enqueue } from './enqueue.ts'
import { eventFingerprint } from './event-fingerprint.ts'
import type { Lease } from './lease.ts'
import { Misfit } from './misfit.ts'
import { runHandlers } from './run-handlers.ts'
import { parkOrRelease, settle } from './settle.ts'
import { transact } from './transact.ts'

/** The handlers for an event, as the schema found it. */
const handlersFor = (
  { handlers }: ReceiverConfig,
  type: string,
  validation: Validation,
): readonly RegisteredHandler[] => {
  switch (validation.kind) {
    case 'known':
      return handlers.forType(type)
    case 'unknown':
      return handlers.forUnknown()
    case 'invalid':
      return handlers.forInvalid(validation.issues)
  }
}

const unhandled = (config: ReceiverConfig, event: AnyEvent): Outcome =>
  config.unhandled === 'ack'
    ? { outcome: 'unhandled', event }
    : { outcome: 'unhandled', event, code: 'unhandled_event' }

/** Why an event that nobody can handle is parked; undefined when it is not to be parked. */
const misfitOf = (
  { park }: ReceiverConfig,
  handlers: readonly RegisteredHandler[],
  validation: Validation,
): Misfit | undefined =>
  handlers.length === 0 && validation.kind === 'invalid' && park !== undefined
    ? new Misfit(validation.issues)
    : undefined

/**
 * Steps 6 to 8, the same for a request and for a job of a queue: claim, run or enqueue, settle. Without a promise where
 * nothing waits.
 */
export const handleDelivery = (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  validation: Validation,
  source: Source,
  deadline: Deadline,
): Outcome | Promise<Outcome> => {
  const { event } = delivery
  // Only a genuine delivery may fix the handlers: anybody can send a request.
  config.handlers.close()
  // A job is run here: it must not go round in circles.
  const dispatch = source.job === undefined ? config.dispatch : undefined
  // Handlers that are all in the workers' process must not make this one say that nobody listens.
  if (dispatch !== undefined && config.handlers.isEmpty) {
    return enqueue(config, dispatch, delivery, deadline)
  }

  const handlers = handlersFor(config, event.type, validation)
  const misfit = misfitOf(config, handlers, validation)
  if (handlers.length === 0 && misfit === undefined) {
    return validation.kind === 'invalid'
      ? refuseInvalid(event, validation.issues)
      : unhandled(config, event)
  }
  if (dispatch !== undefined && misfit === undefined) {
    return enqueue(config, dispatch, delivery, deadline)
  }
  const work = { handlers, misfit, delivery, source, deadline }
  return andThen(eventFingerprint(config, delivery), (fingerprint) =>
    claimAndRun(config, work, fingerprint),
  )
}

/** An event that has to be run, or parked. */
interface Work {
  readonly handlers: readonly RegisteredHandler[]
  /** Why it is parked instead of run. */
  readonly misfit: Misfit | undefined
  readonly delivery: GenuineDelivery
  readonly source: Source
  readonly deadline: Deadline
}

const claimAndRun = (
  config: ReceiverConfig,
  work: Work,
  fingerprint: string,
): Outcome | Promise<Outcome> => {
  const { store } = config
  const { handlers, misfit, delivery, source, deadline } = work
  if ('transact' in store) {
    // 6 to 8 in one transaction
    const refuseToRun = () => {
      throw misfit
    }
    const run = misfit === undefined ? handlers : [refuseToRun]
    return transact(config, store, run, delivery, fingerprint, source, deadline)
  }

  // 6. Claim
  const claiming = config.channels.claim(
    () => ({ ...aboutEvent(delivery), store: store.name }),
    () => claim(config, store, delivery, fingerprint, deadline, source),
    (message, taken) => {
      message.result = taken.kind === 'owned' ? 'owned' : taken.outcome.outcome
      message.run = taken.lease?.run
    },
  )
  return andThen(claiming, (claimed) =>
    claimed.kind === 'ended' ? claimed.outcome : runUnderLease(config, work, claimed.lease),
  )
}

const runUnderLease = (
  config: ReceiverConfig,
  { handlers, misfit, delivery, source, deadline }: Work,
  lease: Lease,
): Outcome | Promise<Outcome> => {
  const unrunnable =
    misfit ??
    (lease.run > config.maxRuns
      ? new Error(`run ${lease.run - 1} times without an end`)
      : undefined)
  if (unrunnable !== undefined) {
    return parkOrRelease(config, delivery, unrunnable, lease, deadline, source)
  }

  // 7. Run
  const running = runHandlers(config, handlers, delivery, source, lease, deadline)

  // 8. Settle
  return andThen(running, (state) => settle(config, delivery, state, lease, deadline, source))
}
