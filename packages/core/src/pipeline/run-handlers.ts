import type { Deadline } from '../async/deadline.ts'
import { eitherSignal } from '../async/either-signal.ts'
import { isThenable } from '../async/thenable.ts'
import { timedOut } from '../async/timer.ts'
import { type HandlerContext, handlerContext } from '../delivery/context.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { RegisteredHandler } from '../delivery/handlers.ts'
import { aboutEvent } from './about-event.ts'
import type { ReceiverConfig } from './config.ts'
import type { Lease } from './lease.ts'

/** How a run of the handlers ended. */
export type RunResult = { readonly ok: true } | { readonly ok: false; readonly error: unknown }

/** Where a run stands at the deadline: ended in time, or still going on. */
export type RunState =
  | { readonly kind: 'ended'; readonly result: RunResult }
  | { readonly kind: 'late'; readonly running: Promise<RunResult> }

/** Calls one handler, and tells of it. */
const callHandler = (
  { channels }: ReceiverConfig,
  handlers: readonly RegisteredHandler[],
  index: number,
  delivery: GenuineDelivery,
  ctx: HandlerContext<unknown>,
): unknown =>
  channels.handler(
    () => ({ ...aboutEvent(delivery), run: ctx.run, index }),
    () => handlers[index]?.(delivery.event, ctx),
  )

const wentWell: RunResult = { ok: true }

/** How the last handler ends. */
const endOf = (running: PromiseLike<unknown>): Promise<RunResult> =>
  Promise.resolve(running).then(
    () => wentWell,
    (error: unknown) => ({ ok: false, error }),
  )

/** Waits for a handler, then runs the ones from `next` on. */
const runRest = async (
  config: ReceiverConfig,
  running: PromiseLike<unknown>,
  handlers: readonly RegisteredHandler[],
  next: number,
  delivery: GenuineDelivery,
  ctx: HandlerContext<unknown>,
): Promise<RunResult> => {
  try {
    await running
    for (let index = next; index < handlers.length; index++) {
      await callHandler(config, handlers, index, delivery, ctx)
    }
    return wentWell
  } catch (error) {
    return { ok: false, error }
  }
}

/**
 * Runs handlers one after another; the first failure ends the run. Makes no promise when none of them
 * waits for anything. Never throws.
 */
export const runInOrder = (
  config: ReceiverConfig,
  handlers: readonly RegisteredHandler[],
  delivery: GenuineDelivery,
  ctx: HandlerContext<unknown>,
): RunResult | Promise<RunResult> => {
  try {
    for (let index = 0; index < handlers.length; index++) {
      const returned = callHandler(config, handlers, index, delivery, ctx)
      if (isThenable(returned)) {
        return index + 1 === handlers.length
          ? endOf(returned)
          : runRest(config, returned, handlers, index + 1, delivery, ctx)
      }
    }
    return wentWell
  } catch (error) {
    return { ok: false, error }
  }
}

/** The context of one run. */
export const contextOf = (
  config: ReceiverConfig,
  delivery: GenuineDelivery,
  { headers, job, stop }: Source,
  made: { readonly run: number; readonly signal: () => AbortSignal; readonly tx?: unknown },
): HandlerContext<unknown> => {
  const { event, signedAt, receivedAtMs, rawBody, scope } = delivery
  return handlerContext({
    event,
    signedAt,
    receivedAtMs,
    rawBody,
    scope,
    headers,
    logger: config.handlerLogger,
    job,
    run: made.run,
    tx: made.tx,
    signal: () => (stop === undefined ? made.signal() : eitherSignal(made.signal(), stop)),
  })
}

/** Waits for handlers until the deadline, and keeps their lease meanwhile. */
const untilDeadline = (
  running: Promise<RunResult>,
  lease: Lease,
  deadline: Deadline,
): Promise<RunState> =>
  deadline
    .wait(running, () => lease.keep())
    .then((result) => {
      if (result !== timedOut) return { kind: 'ended', result }
      lease.abort(deadline.reason())
      return { kind: 'late', running }
    })

/** Step 7, inline: runs the handlers one after another, until the deadline; the first failure ends the run. */
export const runHandlers = (
  config: ReceiverConfig,
  handlers: readonly RegisteredHandler[],
  delivery: GenuineDelivery,
  source: Source,
  lease: Lease,
  deadline: Deadline,
): RunState | Promise<RunState> => {
  const ctx = contextOf(config, delivery, source, lease)
  const running = runInOrder(config, handlers, delivery, ctx)
  return isThenable(running)
    ? untilDeadline(running, lease, deadline)
    : { kind: 'ended', result: running }
}
