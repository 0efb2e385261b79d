import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { timedOut, within } from '../async/timer.ts'
import type { Dispatch, DispatchResult, GenuineDelivery } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { QueueUnavailableError } from '../idempotency/storage-errors.ts'
import { outage } from './claim.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded } from './deadline-exceeded.ts'
import { eventFingerprint } from './event-fingerprint.ts'
import { mayDiffer } from './reused-id.ts'

/** A dispatch of the user's may resolve to anything: a job, an id, nothing. */
const isReused = (answer: unknown): boolean => {
  const kind: DispatchResult['kind'] = 'id_reused'
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === kind
}

/** With the user's own fingerprint, where there is one: the queue keeps it beside the bytes. */
const withFingerprint = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
): Promise<GenuineDelivery> => {
  const { event, rawBody, signedAt, receivedAtMs, endpoint, scope, headers } = delivery
  const fingerprint = await eventFingerprint(config, delivery)
  return { event, rawBody, signedAt, receivedAtMs, endpoint, scope, headers, fingerprint }
}

/** Step 7, queued: 202 only after the queue has confirmed. A late confirmation is harmless: the job's id is the event's. */
export const enqueue = async (
  config: ReceiverConfig,
  dispatch: Dispatch,
  delivery: GenuineDelivery,
  deadline: Deadline,
): Promise<Outcome> => {
  const { event } = delivery
  const counted =
    config.fingerprint === undefined ? delivery : await withFingerprint(config, delivery)
  let error: unknown
  try {
    const dispatching: unknown = dispatch(counted)
    // In plain JavaScript it may answer at once.
    const confirmed = isThenable(dispatching)
      ? await within(config.dispatchTimeoutMs, dispatching, deadline)
      : dispatching
    if (confirmed !== timedOut) {
      return isReused(confirmed) && !mayDiffer(config, event)
        ? { outcome: 'rejected', code: 'id_reused', event }
        : { outcome: 'accepted', event }
    }
    if (deadline.isOver()) return deadlineExceeded(config, deadline, 'queue', event)
    error = new QueueUnavailableError(`It did not answer within ${config.dispatchTimeoutMs} ms.`, {
      reason: 'no_answer',
    })
  } catch (thrown) {
    error = thrown
  }
  return outage(config, 'queue_unavailable', event, error)
}
