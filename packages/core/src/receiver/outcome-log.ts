import type { Logger } from '../delivery/logger.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { ERRORS } from '../errors.ts'

/** How often a refusal of one code is logged: anybody can cause one, so a flood of them must not flood the log. */
const refusalIntervalMs = 10_000

/** What may be said of an outcome: no header values, no body, no data. */
const detailsOf = (outcome: Outcome): Record<string, unknown> => {
  const { outcome: name, event, ...rest } = { event: undefined, ...outcome }
  const { error, ...detail } = { error: undefined, ...rest }
  return {
    outcome: name,
    ...detail,
    ...(event === undefined ? {} : { id: event.id, type: event.type }),
    ...(error === undefined ? {} : { err: error }),
  }
}

const sentence = (code: keyof typeof ERRORS): string =>
  `${code}: ${ERRORS[code].message} ${ERRORS[code].fix}`

/** Writes one line for an outcome that deserves one, and at most one in ten seconds for each code of refusal. */
export const outcomeLog = (logger: Logger, now: () => number): ((outcome: Outcome) => void) => {
  const lastLogged = new Map<string, { at: number; suppressed: number }>()

  const refusal = (
    code: keyof typeof ERRORS,
    outcome: Outcome,
    level: 'warn' | 'error' = 'warn',
  ): void => {
    const seen = lastLogged.get(code)
    if (seen !== undefined && now() - seen.at < refusalIntervalMs) {
      seen.suppressed++
      return
    }
    lastLogged.set(code, { at: now(), suppressed: 0 })
    const suppressed =
      seen === undefined || seen.suppressed === 0 ? {} : { suppressed: seen.suppressed }
    logger[level]({ ...detailsOf(outcome), ...suppressed }, sentence(code))
  }

  return (outcome) => {
    switch (outcome.outcome) {
      case 'rejected':
        // A reused id is signed: nobody but the sender can cause it, and each one matters.
        if (outcome.code === 'id_reused') logger.error(detailsOf(outcome), sentence(outcome.code))
        else refusal(outcome.code, outcome)
        return
      case 'throttled':
        refusal(outcome.code, outcome)
        return
      case 'failed':
        if (outcome.code === 'handler_failed')
          logger.error(detailsOf(outcome), sentence(outcome.code))
        else refusal(outcome.code, outcome, 'error')
        return
      case 'retry_later':
      case 'gone':
      case 'parked':
        logger.warn(detailsOf(outcome), `answered ${outcome.outcome}`)
        return
      case 'unhandled':
        if (outcome.code === undefined)
          logger.info(detailsOf(outcome), 'nobody listens to this event')
        else refusal(outcome.code, outcome)
        return
      default:
    }
  }
}
