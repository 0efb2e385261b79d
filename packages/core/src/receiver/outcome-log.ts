import type { LimitedLog } from '../delivery/limited-log.ts'
import type { Logger } from '../delivery/logger.ts'
import type { Outcome, OutcomeOf } from '../delivery/outcome.ts'
import { type ERRORS, isWebhookError } from '../errors.ts'
import { rootCause, textOf } from '../idempotency/root-cause.ts'
import { type Situation, wordsOf } from './situation.ts'

/** What may be said of an outcome: no header values, no body, no data. */
const detailsOf = (outcome: Outcome): Readonly<Record<string, unknown>> => {
  const { outcome: name, event, ...rest } = { event: undefined, ...outcome }
  const { error, ...detail } = { error: undefined, ...rest }
  return {
    outcome: name,
    ...detail,
    ...(event === undefined ? {} : { id: event.id, type: event.type }),
    ...(error === undefined ? {} : { err: error }),
  }
}

/** An outcome with a code. */
type Coded =
  | Extract<Outcome, { code: keyof typeof ERRORS }>
  | (OutcomeOf<'unhandled'> & { readonly code: 'unhandled_event' })

/** What is known of this very case, for a sentence: what a handler threw is told by the line's `err` alone. */
const about = (outcome: Coded): string | undefined => {
  if ('note' in outcome && outcome.note !== undefined) return outcome.note
  return outcome.code === 'queue_unavailable' ? textOf(rootCause(outcome.error)) : undefined
}

/** What a store said, in a worker: there the queue comes again, where elsewhere the sender does. */
const told = (message: string, { inWorker }: Situation): string =>
  inWorker
    ? message.replace(
        /the sender retries(?: after Retry-After)?/,
        'the queue runs the job again later',
      )
    : message

/** What happened and how to mend it, with what is known of this very case between. */
const sentence = (outcome: Coded, situation: Situation): string => {
  const { code } = outcome
  const { message, fix } = wordsOf(outcome, situation)
  // Its words are made of the same ones, and of what the store or the queue said.
  const isTold = code === 'store_unavailable' || (code === 'queue_unavailable' && outcome.reason)
  if (isTold && isWebhookError(outcome.error)) {
    return `${code}${outcome.reason ? ` (${outcome.reason})` : ''}: ${told(outcome.error.message, situation)}`
  }
  return [`${code}: ${message}`, about(outcome), fix].filter(Boolean).join(' ')
}

/** What becomes of a job that is not run again: nobody is answered. */
const endOfJob = { parked: 'parked', gone: 'given up: a handler threw `EndpointGone`' } as const

/** Steps that only a genuine event gets to, and that are the handlers' own: each one of them matters. */
const isOfHandlers = (reason: string | undefined): boolean =>
  reason === 'handlers' || reason === 'commit' || reason === 'parking'

/**
 * Writes one line for an outcome that deserves one. What anybody can cause, or what happens to every delivery while
 * something is down, is written once and then as a sum every minute, by its code.
 */
export const outcomeLog = (
  logger: Logger,
  limited: LimitedLog,
): ((outcome: Outcome, situation: Situation) => void) => {
  const flood = (outcome: Coded, situation: Situation, level: 'warn' | 'error' = 'warn'): void => {
    const step = outcome.outcome === 'retry_later' ? ` ${outcome.reason}` : ''
    limited.write(level, outcome.code + step, () => [
      detailsOf(outcome),
      sentence(outcome, situation),
    ])
  }

  return (outcome, situation) => {
    switch (outcome.outcome) {
      case 'rejected':
        // A reused id is signed: nobody but the sender can cause it, and each one matters.
        if (outcome.code === 'id_reused')
          logger.error(detailsOf(outcome), sentence(outcome, situation))
        else flood(outcome, situation)
        return
      case 'throttled':
        flood(outcome, situation)
        return
      case 'failed':
        if (outcome.code === 'handler_failed')
          logger.error(detailsOf(outcome), sentence(outcome, situation))
        else flood(outcome, situation, 'error')
        return
      case 'retry_later':
        if (outcome.code === 'retry_later' || isOfHandlers(outcome.reason)) {
          logger.warn(detailsOf(outcome), sentence(outcome, situation))
        } else flood(outcome, situation, outcome.code === 'closing' ? 'warn' : 'error')
        return
      case 'gone':
      case 'parked':
        logger.warn(
          detailsOf(outcome),
          situation.inWorker
            ? `the job is ${endOfJob[outcome.outcome]}`
            : `answered ${outcome.outcome}`,
        )
        return
      case 'unhandled':
        if (outcome.code === undefined)
          logger.info(detailsOf(outcome), 'nobody listens to this event')
        else flood({ ...outcome, code: outcome.code }, situation)
        return
      default:
    }
  }
}

/** Writes how work ended whose delivery had been answered `deadline_exceeded`. */
export const lateLog =
  (logger: Logger): ((outcome: Outcome) => void) =>
  (outcome) => {
    const { outcome: name } = outcome
    if (name === 'processed' || name === 'parked' || name === 'duplicate') {
      logger.info(detailsOf(outcome), 'the event was done after the deadline')
    } else logger.error(detailsOf(outcome), 'the event failed after the deadline')
  }
