import type { Outcome } from '../delivery/outcome.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { ReceiverConfig } from './config.ts'

/** How long after its arrival a job waits for workers that listen to it: longer than any rolling deploy. */
const patienceMs = 3_600_000

/** Seconds between two looks at it. */
const pauseSeconds = 30

/**
 * What becomes of a job that no handler of this worker listens to. It was accepted because a receiver knew a handler
 * for it, so that this worker is probably an older one: the job is put off, and fails where it was in vain.
 */
export const unhandledJob = (
  { unhandled, now }: Pick<ReceiverConfig, 'unhandled' | 'now'>,
  event: AnyEvent,
  receivedAtMs: number,
): Outcome => {
  const isPatient = unhandled === 'ack' && now() - receivedAtMs < patienceMs
  return {
    outcome: 'unhandled',
    event,
    code: 'unhandled_event',
    ...(isPatient ? { retryAfterSeconds: pauseSeconds } : {}),
  }
}
