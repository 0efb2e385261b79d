import { callHooks } from '../delivery/hooks.ts'
import { answer, type HandleResult, type Outcome } from '../delivery/outcome.ts'
import { plainAddress } from '../delivery/plain-address.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { ReceiverConfig } from '../pipeline/config.ts'
import type { PipelineResult } from '../pipeline/run-pipeline.ts'
import { diagnoserOf } from './diagnoser.ts'
import { outcomeLog } from './outcome-log.ts'

/** What the log and the hooks get beside an outcome. */
interface DeliveryFacts {
  /** On the clock of `performance.now()`. */
  readonly startedAt: number
  readonly request?: IncomingRequest
}

/** The caller's address for the hooks; one that cannot be found does not change what became of the delivery. */
const addressOf = (request: IncomingRequest | undefined): string | undefined => {
  try {
    return plainAddress(request?.remoteAddress)
  } catch {
    return undefined
  }
}

/** Gives an outcome to the log and the hooks. */
export type Notify = (outcome: Outcome, facts: DeliveryFacts) => void

/** Makes the one place from which the log and the hooks hear of outcomes. */
export const notifier = (config: ReceiverConfig): Notify => {
  const log = outcomeLog(config.logger, config.now)
  return (outcome, { startedAt, request }) => {
    log(outcome)
    if (config.hooks.length === 0) return
    const durationMs = performance.now() - startedAt
    const info = { durationMs, remoteAddress: addressOf(request) }
    callHooks(config.hooks, outcome, info, config.logger)
  }
}

/** Reports how a request ended and adds the HTTP answer, which waits for neither the log nor the hooks. */
export type Report = (
  result: PipelineResult,
  request: IncomingRequest,
  startedAt: number,
) => HandleResult

/** Makes the report of a receiver, with a diagnosis of refused signatures where it is asked for. */
export const reporter = (config: ReceiverConfig, notify: Notify): Report => {
  const diagnose = config.diagnose ? diagnoserOf(config) : undefined
  return ({ outcome, rawBody }, request, startedAt) => {
    const facts = { startedAt, request }
    if (diagnose === undefined || rawBody === undefined || outcome.outcome !== 'rejected') {
      notify(outcome, facts)
    } else {
      const notified = diagnose(request, rawBody).then((diagnosis) =>
        notify(diagnosis === undefined ? outcome : { ...outcome, diagnosis }, facts),
      )
      request.waitUntil?.(notified)
    }
    // Not `{ ...outcome, ...answer }`: V8 takes microseconds for a spread that adds fields to another object's.
    return Object.assign({}, outcome, answer(outcome))
  }
}
