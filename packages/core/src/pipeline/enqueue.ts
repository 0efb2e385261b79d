import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { timedOut, within } from '../async/timer.ts'
import type { DispatchMessage } from '../delivery/channel-messages.ts'
import type { Dispatch, DispatchResult, GenuineDelivery } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { QueueUnavailableError } from '../idempotency/storage-errors.ts'
import { aboutEvent } from './about-event.ts'
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

/** Field by field: its headers may be a getter, which a spread would leave behind. */
const copyOf = (
  { event, rawBody, signedAt, receivedAtMs, endpoint, scope, headers }: GenuineDelivery,
  changed: Partial<GenuineDelivery>,
): GenuineDelivery => ({
  ...{ event, rawBody, signedAt, receivedAtMs, endpoint, scope, headers },
  ...changed,
})

/** A trace state belongs to its parent: that of the request goes with the request's. */
const withTrace = (
  delivery: GenuineDelivery,
  { traceparent, tracestate }: DispatchMessage['carrier'],
): GenuineDelivery => {
  if (traceparent === undefined) return delivery
  const { tracestate: _, ...headers } = delivery.headers
  const state = tracestate === undefined ? {} : { tracestate }
  return copyOf(delivery, { headers: { ...headers, traceparent, ...state } })
}

/** With the user's own fingerprint, where there is one: the queue keeps it beside the bytes. */
const withFingerprint = async (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
): Promise<GenuineDelivery> => {
  const fingerprint = await eventFingerprint(config, delivery)
  return copyOf(delivery, { fingerprint })
}

/** Tells of the hand-off, and puts the trace that a listener chose on the job. */
export const enqueue = (
  config: ReceiverConfig,
  dispatch: Dispatch,
  delivery: GenuineDelivery,
  deadline: Deadline,
): Outcome | Promise<Outcome> => {
  const carrier: DispatchMessage['carrier'] = {}
  return config.channels.dispatch(
    () => ({ ...aboutEvent(delivery), carrier }),
    () => handOver(config, dispatch, withTrace(delivery, carrier), deadline),
    (message, { outcome }) => {
      message.result = outcome
    },
  )
}

/** Step 7, queued: 202 only after the queue has confirmed. A late confirmation is harmless: the job's id is the event's. */
const handOver = async (
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
