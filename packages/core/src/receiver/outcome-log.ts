import type { LimitedLog } from '../delivery/limited-log.ts'
import type { Logger } from '../delivery/logger.ts'
import type { Outcome, OutcomeOf } from '../delivery/outcome.ts'
import { printable } from '../delivery/printable.ts'
import { type ERRORS, isWebhookError } from '../errors.ts'
import type { AnyEvent } from '../events/event-of.ts'
import { rootCause, textOf } from '../idempotency/root-cause.ts'
import { type Situation, wordsOf } from './situation.ts'

/** What was measured of a delivery. */
export interface Measured {
  readonly durationMs: number
  /** The bytes of the body; undefined when it was not read. */
  readonly bytes: number | undefined
  /** This machine's time, unix milliseconds. */
  readonly nowMs: number
}

const hundredths = (ms: number): number => Math.round(ms * 100) / 100

/** What may be said of an outcome: no header values, no body, no data. */
const detailsOf = (
  outcome: Outcome,
  { durationMs, bytes, nowMs }: Measured,
): Readonly<Record<string, unknown>> => {
  const { outcome: name, event, ...rest } = { event: undefined, ...outcome }
  const { error, ...detail } = { error: undefined, ...rest }
  const about = event && {
    id: event.id,
    type: event.type,
    secretId: event.secretId,
    lagMs: nowMs - Date.parse(event.timestamp),
  }
  return {
    outcome: name,
    ...detail,
    ...about,
    durationMs: hundredths(durationMs),
    ...(bytes === undefined ? {} : { bytes }),
    ...(error === undefined ? {} : { err: error }),
  }
}

/** The same for an outcome that is as it should be: in one piece, because it is made for each delivery. */
const usualDetails = (
  outcome: Outcome & { readonly event: AnyEvent },
  { durationMs, bytes, nowMs }: Measured,
): object => {
  const { id, type, secretId, timestamp } = outcome.event
  const details = {
    outcome: outcome.outcome,
    id: printable(id),
    type: printable(type),
    secretId: printable(secretId),
    lagMs: nowMs - Date.parse(timestamp),
    durationMs: hundredths(durationMs),
    bytes,
  }
  return 'run' in outcome ? Object.assign(details, { run: outcome.run }) : details
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

/** Why no handler was given the event; empty where one was. */
const misfitIn = (outcome: OutcomeOf<'gone' | 'parked'>): string =>
  outcome.outcome === 'parked' && outcome.reason !== undefined
    ? ` (${outcome.reason}): ${textOf(outcome.error)}`
    : ''

/** Steps that only a genuine event gets to, and that are the handlers' own: each one of them matters. */
const isOfHandlers = (reason: string | undefined): boolean =>
  reason === 'handlers' || reason === 'commit' || reason === 'parking'

/** What is said of an outcome that is as it should be. */
const usual = {
  processed: 'the event was handled',
  verified: 'the event is genuine',
  accepted: 'the queue has the event',
  duplicate: 'the event was handled before',
  in_flight: 'another attempt has the event',
  unhandled: 'nobody listens to this event',
} as const

/** How many types are remembered as warned of: their names come from the sender. */
const mostUnheard = 100

/** Usually a forgotten handler. Later events of the same type are logged as info. */
const unheard =
  "no handler is registered for events of this type: the event was answered 200 and is not kept. Register one, do not subscribe to the type, or set `unhandled: 'reject'`"

/**
 * Writes one line for an outcome. What anybody can cause, or what happens to every delivery while something is down,
 * is written once and then as a sum every minute, by its code.
 *
 * @param plainLogger - the same, for lines whose texts are known to break none
 */
export const outcomeLog = (
  logger: Logger,
  plainLogger: Logger,
  limited: LimitedLog,
): ((outcome: Outcome, situation: Situation, measured: Measured) => void) => {
  const unheardTypes = new Set<string>()
  return (outcome, situation, measured) => {
    const write = (level: keyof Logger, message: string): void =>
      logger[level](detailsOf(outcome, measured), message)
    const flood = (coded: Coded, level: 'warn' | 'error' = 'warn'): void => {
      const step = coded.outcome === 'retry_later' ? ` ${coded.reason}` : ''
      limited.write(level, coded.code + step, () => [
        detailsOf(coded, measured),
        sentence(coded, situation),
      ])
    }
    switch (outcome.outcome) {
      case 'rejected':
        // A reused id is signed: nobody but the sender can cause it, and each one matters.
        if (outcome.code === 'id_reused') write('error', sentence(outcome, situation))
        else flood(outcome)
        return
      case 'throttled':
        flood(outcome)
        return
      case 'failed':
        if (outcome.code === 'handler_failed') write('error', sentence(outcome, situation))
        else flood(outcome, 'error')
        return
      case 'retry_later':
        if (outcome.code === 'retry_later' || isOfHandlers(outcome.reason)) {
          write('warn', sentence(outcome, situation))
        } else flood(outcome, outcome.code === 'closing' ? 'warn' : 'error')
        return
      case 'gone':
      case 'parked':
        write(
          'warn',
          situation.inWorker
            ? `the job is ${endOfJob[outcome.outcome]}${misfitIn(outcome)}`
            : `answered ${outcome.outcome}${misfitIn(outcome)}`,
        )
        return
      case 'unhandled':
        if (outcome.code !== undefined) {
          flood({ ...outcome, code: outcome.code })
          return
        }
        if (unheardTypes.size < mostUnheard && !unheardTypes.has(outcome.event.type)) {
          unheardTypes.add(outcome.event.type)
          write('warn', unheard)
          return
        }
    }
    plainLogger.info(usualDetails(outcome, measured), usual[outcome.outcome])
  }
}

/** Writes how work ended whose delivery had been answered `deadline_exceeded`. */
export const lateLog =
  (logger: Logger): ((outcome: Outcome, measured: Measured) => void) =>
  (outcome, measured) => {
    const { outcome: name } = outcome
    if (name === 'processed' || name === 'parked' || name === 'duplicate') {
      logger.info(detailsOf(outcome, measured), 'the event was done after the deadline')
    } else logger.error(detailsOf(outcome, measured), 'the event failed after the deadline')
  }
