import type { Outcome } from '../delivery/outcome.ts'
import { reasonOf } from '../delivery/reason.ts'
import { storable, storableName } from '../delivery/storable.ts'
import { verdictOf } from '../delivery/verdicts.ts'

/**
 * What a queue engine should do with a job after its run. Every text in it can be kept by any engine: without NUL and
 * halves of characters, a message of at most 1000 characters.
 */
export type JobVerdict =
  /** The event needs nothing more: handled now or earlier, or parked. */
  | { readonly kind: 'done' }
  /** Nothing went wrong, it is only too early: run it again then, at no cost where the engine can. */
  | { readonly kind: 'later'; readonly afterSeconds: number; readonly reason: string }
  /** The run failed: the engine's retries and backoff. */
  | { readonly kind: 'failed'; readonly error: Error }
  /** No retry can help: keep it among the dead, for a replay. */
  | { readonly kind: 'dead'; readonly error: Error }

/** The longest stack that is kept, in characters. */
const longestStack = 8000

const firstFrame = /\n\s+at /

/** The frames of a stack without the message in front of them, which may be of any length. */
const framesOf = ({ stack }: Error): string => {
  if (typeof stack !== 'string') return ''
  const start = stack.search(firstFrame)
  return start === -1 ? '' : storable(stack.slice(start), longestStack)
}

/**
 * A copy of what was thrown, with nothing but its texts: an engine reads an error long after the run, stores its fields,
 * and may take one of a class of its own for an order.
 */
const keptError = (thrown: unknown, otherwise: string): Error => {
  if (thrown === undefined) return new Error(otherwise)
  const message = reasonOf(thrown)
  const error = new Error(message)
  try {
    if (!(thrown instanceof Error)) return error
    const name = storableName(String(thrown.name))
    const stack = `${name}: ${message}${framesOf(thrown)}`
    // As on an error by itself: neither is enumerable.
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
    error.stack = stack
  } catch {
    // A getter threw: the message is enough.
  }
  return error
}

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
    case 'verified':
    case 'accepted':
    case 'duplicate':
    case 'parked':
      return { kind: 'done' }
    case 'unhandled':
      return unhandledVerdict(outcome.retryAfterSeconds)
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
        return { kind: 'failed', error: new Error(outcome.note ?? outcome.code) }
      }
      return {
        kind: 'later',
        afterSeconds: outcome.retryAfterSeconds,
        reason: outcome.error === undefined ? outcome.code : reasonOf(outcome.error),
      }
    case 'gone':
      return { kind: 'dead', error: keptError(outcome.error, 'the endpoint is gone') }
    case 'rejected':
      return { kind: 'dead', error: new Error(outcome.code) }
    case 'failed': {
      const error = keptError(outcome.error, outcome.note ?? outcome.code)
      return { kind: verdictOf(outcome.error).kind === 'permanent' ? 'dead' : 'failed', error }
    }
  }
}

/** A worker of an earlier version must not use up an event that a later one listens to. */
const unhandledVerdict = (afterSeconds: number | undefined): JobVerdict => {
  const reason = 'no handler of this worker listens to the event'
  return afterSeconds === undefined
    ? { kind: 'failed', error: new Error(reason) }
    : { kind: 'later', afterSeconds, reason }
}
