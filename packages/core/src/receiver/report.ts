import type { Deadline } from '../async/deadline.ts'
import type { Source } from '../delivery/delivery.ts'
import { callHooks } from '../delivery/hooks.ts'
import { keepAlive } from '../delivery/keep-alive.ts'
import { answer, type HandleResult, type Outcome } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import { remoteAddressOf } from '../pipeline/remote-address.ts'
import type { PipelineResult } from '../pipeline/run-pipeline.ts'
import type { HeadersInput } from '../signature/headers.ts'
import { diagnoserOf } from './diagnoser.ts'
import { lateLog, outcomeLog } from './outcome-log.ts'

/** Where an outcome comes from. */
type Origin = Pick<Source, 'remoteAddress' | 'job' | 'receivedAtMs'> & {
  /** Whether a worker of a queue ran it. */
  readonly inWorker?: boolean
  readonly headers?: HeadersInput
}

/** Gives an outcome to the log and the hooks. Never throws. */
export type Notify = (outcome: Outcome, deadline: Deadline, origin: Origin, late?: boolean) => void

/** The wall clock's time of what happened so many milliseconds ago. */
const timeBefore = (ms: number, now: () => number): number => {
  try {
    return now() - ms
  } catch {
    return Date.now() - ms
  }
}

/** Makes the one place from which the log and the hooks hear of outcomes. */
export const notifier = (
  config: Pick<
    ReceiverConfig,
    'logger' | 'plainLogger' | 'limited' | 'hooks' | 'now' | 'park' | 'trustProxy'
  >,
): Notify => {
  const { logger, plainLogger, limited, hooks, now } = config
  const log = outcomeLog(logger, plainLogger, limited)
  const logLate = lateLog(logger)
  return (outcome, deadline, origin, late = false) => {
    const durationMs = performance.now() - deadline.startedAt
    const measured = { durationMs, bytes: deadline.bytes, nowMs: timeBefore(0, now) }
    if (late) logLate(outcome, measured)
    else {
      const inWorker = origin.inWorker ?? false
      log(outcome, { inWorker, parks: config.park !== undefined }, measured)
    }
    if (hooks.length === 0) return
    const info = {
      durationMs,
      receivedAt: new Date(origin.receivedAtMs ?? timeBefore(durationMs, now)),
      job: origin.job,
      remoteAddress: remoteAddressOf(config, origin),
      late,
    }
    callHooks(hooks, outcome, info, limited)
  }
}

/** Reports how a request ended and adds the HTTP answer, which waits for neither the log nor the hooks. */
export type Report = (
  result: PipelineResult,
  request: IncomingRequest,
  deadline: Deadline,
) => HandleResult

/** Makes the report of a receiver, with a diagnosis of refused signatures where it is asked for. */
export const reporter = (config: ReceiverConfig, notify: Notify): Report => {
  const diagnose = config.diagnose ? diagnoserOf(config) : undefined
  return ({ outcome, rawBody, others = [] }, request, deadline) => {
    // Before a hook gets hold of the outcome, and might change it. Not `{ ...outcome, ...answer }`: V8 takes
    // microseconds for a spread that adds fields to another object's.
    const result: HandleResult = Object.assign({}, outcome, answer(outcome))
    for (const other of others) notify(other, deadline, request)
    if (diagnose === undefined || rawBody === undefined || outcome.outcome !== 'rejected') {
      notify(outcome, deadline, request)
    } else {
      const notified = diagnose(request, rawBody).then((diagnosis) =>
        notify(diagnosis === undefined ? outcome : { ...outcome, diagnosis }, deadline, request),
      )
      keepAlive(request.waitUntil, notified)
    }
    return result
  }
}
