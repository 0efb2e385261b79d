import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { RegisteredHandler } from '../delivery/handlers.ts'
import { type Outcome, refuseInvalid } from '../delivery/outcome.ts'
import { issuesReason } from '../delivery/reason.ts'
import { PermanentFailure } from '../delivery/verdicts.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { Validation } from '../verify/validate.ts'
import { aboutEvent } from './about-event.ts'
import { claim } from './claim.ts'
import type { ReceiverConfig } from './config.ts'
import { enqueue } from './enqueue.ts'
import { eventFingerprint } from './event-fingerprint.ts'
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

/**
 * Why an event that nobody can handle is parked; undefined when it is not to be parked. The reason goes to the log:
 * nothing of the data may be in it.
 */
const misfitOf = (
  { park }: ReceiverConfig,
  handlers: readonly RegisteredHandler[],
  validation: Validation,
): PermanentFailure | undefined =>
  handlers.length === 0 && validation.kind === 'invalid' && park !== undefined
    ? new PermanentFailure(issuesReason(validation.issues))
    : undefined

/** Steps 6 to 8, the same for a request and for a job of a queue: claim, run or enqueue, settle. */
export const handleDelivery = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  validation: Validation,
  source: Source,
  deadline: Deadline,
): Promise<Outcome> => {
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

  const { store } = config
  const hashed = eventFingerprint(config, delivery)
  const fingerprint = typeof hashed === 'string' ? hashed : await hashed
  if ('transact' in store) {
    // 6 to 8 in one transaction
    const refuseToRun = () => {
      throw misfit
    }
    const run = misfit === undefined ? handlers : [refuseToRun]
    return transact(config, store, run, delivery, fingerprint, source, deadline)
  }

  // 6. Claim
  const claimed = await config.channels.claim(
    () => ({ ...aboutEvent(delivery), store: store.name }),
    () => claim(config, store, delivery, fingerprint, deadline, source),
    (message, taken) => {
      message.result = taken.kind === 'owned' ? 'owned' : taken.outcome.outcome
      message.run = taken.lease?.run
    },
  )
  if (claimed.kind === 'ended') return claimed.outcome
  const { lease } = claimed
  if (misfit !== undefined) {
    return parkOrRelease(config, delivery, misfit, lease, deadline, source)
  }
  if (lease.run > config.maxRuns) {
    return parkOrRelease(
      config,
      delivery,
      new Error(`run ${lease.run - 1} times without an end`),
      lease,
      deadline,
      source,
    )
  }

  // 7. Run
  const running = runHandlers(config, handlers, delivery, source, lease, deadline)
  const state = isThenable(running) ? await running : running

  // 8. Settle
  return await settle(config, delivery, state, lease, deadline, source)
}
