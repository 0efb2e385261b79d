import type { ReceiverConfig } from '../receiver/config.ts'
import type { GenuineDelivery } from '../receiver/options.ts'
import { verdictOf } from '../receiver/verdicts.ts'
import type { DispatchResult, RunResult } from './dispatch.ts'
import type { Lease } from './lease.ts'
import type { AnyEvent, Outcome } from './outcome.ts'

/** Keeps a delivery for a later replay, then marks it as handled; without a parking place it stays a failure. */
export const parkDelivery = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  reason: unknown,
  lease: Lease,
): Promise<Outcome> => {
  const { event } = delivery
  if (config.park !== undefined) {
    try {
      lease.keep()
      await config.park(delivery, reason)
      await lease.complete()
      return { outcome: 'parked', event, error: reason }
    } catch (error) {
      config.logger.error({ err: error, id: event.id }, 'the parking place refused the delivery')
    }
  }
  await lease.release()
  return { outcome: 'failed', code: 'handler_failed', event, error: reason }
}

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

const settleRun = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  result: RunResult,
  lease: Lease,
): Promise<Outcome> => {
  const { event } = delivery
  if (result.ok) {
    await lease.complete()
    return { outcome: 'processed', event, attempt: lease.attempt }
  }
  const { error } = result
  if (verdictOf(error).kind === 'permanent') return parkDelivery(config, delivery, error, lease)
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
  dispatched: DispatchResult,
  lease: Lease,
  waitUntil: ((work: Promise<unknown>) => void) | undefined,
): Outcome | Promise<Outcome> => {
  if (dispatched.kind === 'ran') return settleRun(config, delivery, dispatched.result, lease)
  const { event } = delivery
  const late = dispatched.running
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
