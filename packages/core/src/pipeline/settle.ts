import { andThen } from '../async/and-then.ts'
import type { Deadline } from '../async/deadline.ts'
import { timedOut } from '../async/timer.ts'
import type { SettleMessage } from '../delivery/channel-messages.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { verdictOf } from '../delivery/verdicts.ts'
import type { AnyEvent } from '../events/event-of.ts'
import { aboutEvent } from './about-event.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded, endLate } from './deadline-exceeded.ts'
import type { Completion, Lease } from './lease.ts'
import { parkDelivery } from './park.ts'
import type { RunResult, RunState } from './run-handlers.ts'

/** The outcome of a failed run that is not parked: the sender's retry runs the event again. */
export const failureOutcome = (event: AnyEvent, error: unknown, run: number): Outcome => {
  const verdict = verdictOf(error)
  if (verdict.kind === 'retry_later') {
    const { afterSeconds } = verdict
    return {
      outcome: 'retry_later',
      code: 'retry_later',
      retryAfterSeconds: afterSeconds,
      event,
      error,
      run,
    }
  }
  if (verdict.kind === 'gone') return { outcome: 'gone', event, error, run }
  return { outcome: 'failed', code: 'handler_failed', event, error, run }
}

/** Ends a claim, and tells of it. */
const endClaim = <Result extends Completion | undefined>(
  { channels, store }: ReceiverConfig,
  delivery: GenuineDelivery,
  { run }: Lease,
  step: SettleMessage['step'],
  settling: () => Result | Promise<Result>,
): Result | Promise<Result> =>
  channels.settle(
    () => ({ ...aboutEvent(delivery), store: store.name, run, step }),
    settling,
    (message, result) => {
      message.result = result
    },
  )

/** Parks, or gives back what cannot be kept. Never throws. */
const parkNow = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  reason: unknown,
  lease: Lease,
): Promise<Outcome> => {
  const parked = await parkDelivery(config, delivery, reason, async () =>
    endClaim(config, delivery, lease, 'complete', () => lease.complete()),
  )
  if (parked !== undefined) return { ...parked, run: lease.run }
  await endClaim(config, delivery, lease, 'release', () => lease.release())
  return failureOutcome(delivery.event, reason, lease.run)
}

/**
 * Parks a delivery under its lease; one that cannot be kept is given back to the sender's retries. A parking place
 * that has not confirmed at the deadline is waited for behind the answer, under the same lease.
 */
export const parkOrRelease = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  reason: unknown,
  lease: Lease,
  deadline: Deadline | undefined,
  source: Source,
): Promise<Outcome> => {
  lease.keep()
  const parking = parkNow(config, delivery, reason, lease)
  if (deadline === undefined) return parking
  const parked = await deadline.wait(parking)
  if (parked !== timedOut) return parked
  endLate(config, parking, deadline, source, delivery.event)
  return deadlineExceeded(config, deadline, 'parking', delivery.event)
}

/** @param deadline - undefined when it has passed: nobody waits for the answer */
const settleRun = (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  result: RunResult,
  lease: Lease,
  deadline: Deadline | undefined,
  source: Source,
): Outcome | Promise<Outcome> => {
  const { event } = delivery
  if (result.ok) {
    const { run } = lease
    const completing = endClaim(config, delivery, lease, 'complete', () =>
      lease.complete(deadline, source.waitUntil),
    )
    return andThen(completing, (completion) =>
      completion === 'done'
        ? { outcome: 'processed', event, run }
        : { outcome: 'processed', event, run, unrecorded: completion },
    )
  }
  const { error } = result
  if (verdictOf(error).kind === 'permanent') {
    return parkOrRelease(config, delivery, error, lease, deadline, source)
  }
  const releasing = endClaim(config, delivery, lease, 'release', () =>
    lease.release(deadline, source.waitUntil),
  )
  return andThen(releasing, () => failureOutcome(event, error, lease.run))
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
  deadline: Deadline,
  source: Source,
): Outcome | Promise<Outcome> => {
  if (state.kind === 'ended') {
    return settleRun(config, delivery, state.result, lease, deadline, source)
  }
  const ending = state.running.then((result) =>
    settleRun(config, delivery, result, lease, undefined, source),
  )
  endLate(config, ending, deadline, source, delivery.event, () => lease.release())
  return deadlineExceeded(config, deadline, 'handlers', delivery.event)
}
