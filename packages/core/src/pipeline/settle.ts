import type { GenuineDelivery } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { verdictOf } from '../delivery/verdicts.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { ReceiverConfig } from './config.ts'
import type { Lease } from './lease.ts'
import { parkDelivery } from './park.ts'
import type { RunResult, RunState } from './run-handlers.ts'

/** The outcome of a failed run that is not parked: the sender's retry runs the event again. */
export const failureOutcome = (event: AnyEvent, error: unknown): Outcome => {
  const verdict = verdictOf(error)
  if (verdict.kind === 'retry_later') {
    const { afterSeconds } = verdict
    return {
      outcome: 'retry_later',
      code: 'retry_later',
      retryAfterSeconds: afterSeconds,
      event,
      error,
    }
  }
  if (verdict.kind === 'gone') return { outcome: 'gone', event, error }
  return { outcome: 'failed', code: 'handler_failed', event, error }
}

/** The answer at the deadline, while the handlers still run. */
export const lateOutcome = ({ leaseMs }: ReceiverConfig, event: AnyEvent): Outcome => ({
  outcome: 'retry_later',
  code: 'deadline_exceeded',
  retryAfterSeconds: Math.max(1, Math.ceil(leaseMs / 1000)),
  event,
})

/** Parks a delivery under its lease; one that cannot be kept is given back to the sender's retries. */
export const parkOrRelease = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  reason: unknown,
  lease: Lease,
): Promise<Outcome> => {
  lease.keep()
  const parked = await parkDelivery(config, delivery, reason, () => lease.complete())
  if (parked !== undefined) return parked
  await lease.release()
  return { outcome: 'failed', code: 'handler_failed', event: delivery.event, error: reason }
}

const settleRun = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  result: RunResult,
  lease: Lease,
): Promise<Outcome> => {
  const { event } = delivery
  if (result.ok) {
    await lease.complete()
    return { outcome: 'processed', event, run: lease.run }
  }
  const { error } = result
  if (verdictOf(error).kind === 'permanent') return parkOrRelease(config, delivery, error, lease)
  await lease.release()
  return failureOutcome(event, error)
}

/**
 * Step 8: completes the claim after success, gives it back after a failure. Handlers that are still
 * running at the deadline keep it until they end: the sender is asked to come again meanwhile.
 */
export const settle = (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  state: RunState,
  lease: Lease,
  waitUntil: ((work: Promise<unknown>) => void) | undefined,
): Outcome | Promise<Outcome> => {
  if (state.kind === 'ended') return settleRun(config, delivery, state.result, lease)
  const { event } = delivery
  const late = state.running
    .then((result) => settleRun(config, delivery, result, lease))
    .then(({ outcome }) => {
      config.logger.info(
        { id: event.id, type: event.type, outcome },
        'the handlers ended after the deadline',
      )
    })
  waitUntil?.(late)
  return lateOutcome(config, event)
}
