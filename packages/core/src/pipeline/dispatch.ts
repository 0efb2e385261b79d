import type { ReceiverConfig } from '../receiver/config.ts'
import { type HandlerContext, handlerContext } from '../receiver/context.ts'
import type { Run } from '../receiver/handlers.ts'
import type { GenuineDelivery } from '../receiver/options.ts'
import type { Lease } from './lease.ts'
import type { Outcome } from './outcome.ts'
import type { Source } from './source.ts'
import { isThenable } from './thenable.ts'
import { timedOut, within } from './timer.ts'

/** How a run of the handlers ended. */
export type RunResult = { readonly ok: true } | { readonly ok: false; readonly error: unknown }

/** How a dispatch ended: in time, or still running at the deadline. */
export type DispatchResult =
  | { readonly kind: 'ran'; readonly result: RunResult }
  | { readonly kind: 'late'; readonly running: Promise<RunResult> }

/** Waits for a handler, then runs the ones after it. */
const goOn = async (
  running: PromiseLike<unknown>,
  later: readonly Run[],
  delivery: GenuineDelivery,
  ctx: HandlerContext<unknown>,
): Promise<RunResult> => {
  try {
    await running
    for (const run of later) await run(delivery.event, ctx)
    return { ok: true }
  } catch (error) {
    return { ok: false, error }
  }
}

/**
 * Runs handlers one after another; the first failure ends the run. Answers at once when none of them waits
 * for anything. Never throws.
 */
export const runInOrder = (
  runs: readonly Run[],
  delivery: GenuineDelivery,
  ctx: HandlerContext<unknown>,
): RunResult | Promise<RunResult> => {
  try {
    for (let index = 0; index < runs.length; index++) {
      const returned = runs[index]?.(delivery.event, ctx)
      if (isThenable(returned)) return goOn(returned, runs.slice(index + 1), delivery, ctx)
    }
    return { ok: true }
  } catch (error) {
    return { ok: false, error }
  }
}

/** The context of one run. */
export const contextOf = (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  { headers, job, stop }: Source,
  run: { readonly attempt: number; readonly signal: () => AbortSignal; readonly tx?: unknown },
): HandlerContext<unknown> => {
  const { event, timestamp, receivedAtMs, rawBody } = delivery
  return handlerContext({
    event,
    timestamp,
    receivedAtMs,
    rawBody,
    headers,
    logger: config.logger,
    job,
    attempt: run.attempt,
    tx: run.tx,
    signal: () => (stop === undefined ? run.signal() : AbortSignal.any([run.signal(), stop])),
  })
}

/** Waits for handlers until the deadline, and keeps their lease meanwhile. */
const untilDeadline = async (
  { deadlineMs }: ReceiverConfig,
  running: Promise<RunResult>,
  lease: Lease,
): Promise<DispatchResult> => {
  const result = await within(deadlineMs, running, () => lease.keep())
  if (result !== timedOut) return { kind: 'ran', result }
  lease.abort(new Error(`the deadline of ${deadlineMs} ms has passed`))
  return { kind: 'late', running }
}

/** Step 7, inline: runs the handlers one after another; the first failure ends the run. */
export const dispatchInline = (
  config: ReceiverConfig,
  runs: readonly Run[],
  delivery: GenuineDelivery,
  source: Source,
  lease: Lease,
): DispatchResult | Promise<DispatchResult> => {
  const ctx = contextOf(config, delivery, source, lease)
  const running = runInOrder(runs, delivery, ctx)
  return isThenable(running)
    ? untilDeadline(config, running, lease)
    : { kind: 'ran', result: running }
}

/** Step 7, queued: 202 only after the queue has confirmed. A late confirmation is harmless: the job's id is the event's. */
export const dispatchToQueue = async (
  config: ReceiverConfig,
  dispatch: NonNullable<ReceiverConfig['dispatch']>,
  delivery: GenuineDelivery,
): Promise<Outcome> => {
  const { event } = delivery
  let error: unknown
  try {
    const confirmed = await within(config.dispatchTimeoutMs, dispatch(delivery))
    if (confirmed !== timedOut) return { outcome: 'accepted', event }
    error = new Error(`the queue did not confirm within ${config.dispatchTimeoutMs} ms`)
  } catch (thrown) {
    error = thrown
  }
  return {
    outcome: 'retry_later',
    code: 'queue_unavailable',
    retryAfterSeconds: 5 + Math.floor(config.random() * 26),
    event,
    error,
  }
}
