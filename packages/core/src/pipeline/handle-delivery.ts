import type { ReceiverConfig } from '../receiver/config.ts'
import type { Run } from '../receiver/handlers.ts'
import type { GenuineDelivery } from '../receiver/options.ts'
import { PermanentFailure } from '../receiver/verdicts.ts'
import { claim } from './claim.ts'
import { dispatchInline, dispatchToQueue } from './dispatch.ts'
import { fingerprintOf } from './event.ts'
import type { AnyEvent, Outcome } from './outcome.ts'
import { refuseInvalid } from './refuse.ts'
import { parkDelivery, settle } from './settle.ts'
import type { Source } from './source.ts'
import { isThenable } from './thenable.ts'
import { transact } from './transact.ts'
import type { Validation } from './validate.ts'

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

/** Steps 6 to 8, the same for a request and for a job of a queue: claim, dispatch, settle. */
export const handleDelivery = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  validation: Validation,
  source: Source,
): Promise<Outcome> => {
  const { event, rawBody } = delivery
  // A job is run here: it must not go round in circles.
  const dispatch = source.job === undefined ? config.dispatch : undefined
  // Handlers that are all in the workers' process must not make this one say that nobody listens.
  if (dispatch !== undefined && config.handlers.isEmpty) {
    return dispatchToQueue(config, dispatch, delivery)
  }

  const runs = handlersFor(config, event.type, validation)
  const mustPark = runs.length === 0 && validation.kind === 'invalid' && config.park !== undefined
  if (runs.length === 0 && !mustPark) {
    return validation.kind === 'invalid'
      ? refuseInvalid(event, validation.issues)
      : unhandled(config, event)
  }
  if (dispatch !== undefined && !mustPark) return dispatchToQueue(config, dispatch, delivery)

  const { store } = config
  const hashed = fingerprintOf(rawBody)
  const fingerprint = typeof hashed === 'string' ? hashed : await hashed
  if ('transact' in store) {
    // 6 to 8 in one transaction
    const handlers = mustPark ? [refuseToRun(validation)] : runs
    return transact(config, store, handlers, delivery, fingerprint, source)
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
  const dispatching = dispatchInline(config, runs, delivery, source, lease)
  const dispatched = isThenable(dispatching) ? await dispatching : dispatching

  // 8. Settle
  return await settle(config, delivery, dispatched, lease, source.waitUntil)
}
