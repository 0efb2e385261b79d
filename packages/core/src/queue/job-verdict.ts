import type { Outcome } from '../delivery/outcome.ts'
import { verdictOf } from '../delivery/verdicts.ts'

/** What a queue engine should do with a job after its run. */
export type JobVerdict =
  /** The event needs nothing more: handled now or earlier, parked, or nobody listens to it. */
  | { readonly kind: 'done' }
  /** Nothing went wrong, it is only too early: run it again then, at no cost where the engine can. */
  | { readonly kind: 'later'; readonly afterSeconds: number; readonly reason: string }
  /** The run failed: the engine's retries and backoff. */
  | { readonly kind: 'failed'; readonly error: Error }
  /** No retry can help: keep it among the dead, for a replay. */
  | { readonly kind: 'dead'; readonly error: Error }

const asError = (thrown: unknown, otherwise: string): Error =>
  thrown instanceof Error
    ? thrown
    : new Error(thrown === undefined ? otherwise : String(thrown), { cause: thrown })

/**
 * What the outcome of `receiver.work` asks of a queue engine, for a worker of your own.
 *
 * @example
 * const verdict = jobVerdict(await receiver.work(data))
 * if (verdict.kind === 'failed') throw verdict.error
 */
export const jobVerdict = (outcome: Outcome): JobVerdict => {
  switch (outcome.outcome) {
    case 'processed':
    case 'accepted':
    case 'duplicate':
    case 'unhandled':
    case 'parked':
      return { kind: 'done' }
    case 'in_flight':
    case 'throttled':
      return {
        kind: 'later',
        afterSeconds: outcome.retryAfterSeconds,
        reason: 'another worker runs this event',
      }
    case 'retry_later':
      // A handler that hangs must not come back for ever: this one counts as failed.
      if (outcome.code === 'deadline_exceeded') {
        return { kind: 'failed', error: new Error('the handlers did not end within `maxRunMs`') }
      }
      return {
        kind: 'later',
        afterSeconds: outcome.retryAfterSeconds,
        reason: asError(outcome.error, outcome.code).message,
      }
    case 'gone':
      return { kind: 'dead', error: asError(outcome.error, 'the endpoint is gone') }
    case 'rejected':
      return { kind: 'dead', error: new Error(outcome.code) }
    case 'failed': {
      const error = asError(outcome.error, outcome.note ?? outcome.code)
      return { kind: verdictOf(outcome.error).kind === 'permanent' ? 'dead' : 'failed', error }
    }
  }
}
