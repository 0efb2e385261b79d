import type { Deadline } from '../async/deadline.ts'
import { isThenable } from '../async/thenable.ts'
import { timedOut, within } from '../async/timer.ts'
import type { JobInfo } from '../delivery/context.ts'
import type { GenuineDelivery } from '../delivery/delivery.ts'
import { fromJob } from '../delivery/job.ts'
import { type Outcome, refuse } from '../delivery/outcome.ts'
import { storableName } from '../delivery/storable.ts'
import { eventKey } from '../idempotency/event-key.ts'
import { headerReader } from '../signature/headers.ts'
import { readEvent } from '../verify/read-event.ts'
import { callStore } from './call-store.ts'
import { outage, unavailable } from './claim.ts'
import { noAnswer } from './claiming.ts'
import type { ReceiverConfig } from './config.ts'
import { closing, deadlineExceeded } from './deadline-exceeded.ts'
import { handleDelivery } from './handle-delivery.ts'
import { unhandledJob } from './unhandled-job.ts'

/** Options of `receiver.work`. */
export interface WorkOptions {
  /** What the engine says of the job; the handlers see it as `ctx.job`. */
  readonly job?: JobInfo | undefined
  /** Aborted when the engine gives up on this run; `ctx.signal` follows it. Needs Node 20.3. */
  readonly signal?: AbortSignal | undefined
  /**
   * Forgets first that the event was handled or parked, so that it runs again: for a deliberate replay;
   * default false. Does nothing while the event is in flight. A store without `forget` is `misconfigured`.
   */
  readonly again?: boolean | undefined
  /**
   * Takes the mark `again` off the stored job. Called if the job has it, when the store has forgotten the event and no
   * handler has run: a worker that is killed after the handlers would otherwise let them run once more.
   */
  readonly onForgotten?: (() => Promise<unknown>) | undefined
}

/** Drops the record of an event that was handled. Throws when the store is down. */
const forget = async (
  config: ReceiverConfig,
  { event, endpoint, scope }: GenuineDelivery,
  deadline: Deadline,
): Promise<Outcome | undefined> => {
  const { store, storeTimeoutMs } = config
  if (store.forget === undefined) {
    const note = `The store \`${store.name}\` has no \`forget\`, so that a handled event cannot run again; give it one, or let the sender send the event with a new id.`
    return { outcome: 'failed', code: 'misconfigured', reason: 'store_cannot_forget', note, event }
  }
  const key = await eventKey({ endpoint, scope, id: event.id })
  const forgetting = callStore(config, store, 'forget', () => store.forget?.(key))
  if ((await within(storeTimeoutMs, Promise.resolve(forgetting), deadline)) === timedOut) {
    throw noAnswer(storeTimeoutMs)
  }
  return undefined
}

/**
 * Runs the handlers on a job. The event is made from the signed bytes again, by the same steps as inline,
 * so that a handler cannot tell where it runs.
 */
export const runJob = async (
  config: ReceiverConfig,
  data: unknown,
  {
    job = { id: undefined, run: 1, queue: undefined },
    signal,
    again = false,
    onForgotten,
  }: WorkOptions,
  deadline: Deadline,
): Promise<Outcome> => {
  if (config.underWay.isClosing) return closing(config)
  const read = fromJob(data)
  if (read.endpoint !== config.endpoint) {
    const note = `The job is of the endpoint \`${read.endpoint}\`, this receiver's is \`${config.endpoint}\`.`
    return { outcome: 'failed', code: 'misconfigured', reason: 'endpoint_differs', note }
  }
  const { id, secretId, scope, signedAt, receivedAtMs, rawBody, endpoint, headers } = read
  deadline.bytes = rawBody.length
  const signature = { ok: true, id, signedAt, secretId, scope } as const
  const reading = readEvent(config, signature, rawBody, receivedAtMs, headerReader(headers))
  const opened = isThenable(reading) ? await deadline.wait(reading) : reading
  if (opened === timedOut) return deadlineExceeded(config, deadline, 'schema')
  if (!opened.ok) return refuse(opened)
  const { bodyId, validation } = opened
  // Only an id from the body can be one that the job could not keep as it is.
  const isReplaced = bodyId !== undefined && bodyId !== id && storableName(bodyId) === id
  const event = isReplaced ? { ...opened.event, id: bodyId } : opened.event
  const delivery: GenuineDelivery = {
    event,
    rawBody,
    signedAt,
    receivedAtMs,
    endpoint,
    scope,
    headers,
  }
  if (again || read.again) {
    try {
      const refused = await forget(config, delivery, deadline)
      if (refused !== undefined) return refused
    } catch (error) {
      return unavailable(config, event, error)
    }
  }
  if (read.again && onForgotten !== undefined) {
    try {
      const unmarked = await deadline.wait(onForgotten())
      if (unmarked === timedOut) return deadlineExceeded(config, deadline, 'queue', event)
    } catch (error) {
      return outage(config, 'queue_unavailable', event, error)
    }
  }
  const source = { headers, job, stop: signal, receivedAtMs }
  const outcome = await handleDelivery(config, delivery, validation, source, deadline)
  return outcome.outcome === 'unhandled' ? unhandledJob(config, event, receivedAtMs) : outcome
}
