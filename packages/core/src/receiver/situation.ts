import type { Outcome } from '../delivery/outcome.ts'
import { verdictOf } from '../delivery/verdicts.ts'
import { ERRORS } from '../errors.ts'

/** In what a delivery is told of. */
export interface Situation {
  /** Whether a worker of a queue ran it: there the queue retries, and no sender waits. */
  readonly inWorker: boolean
  /** Whether there is a parking place. */
  readonly parks: boolean
}

/** What happened and how to mend it. */
interface Words {
  readonly message: string
  readonly fix: string
}

const permanent = ({ inWorker, parks }: Situation): Words => {
  const place = parks ? 'the parking place refused it' : 'there is no parking place'
  return {
    message: `A handler threw \`PermanentFailure\`, and ${place}: ${inWorker ? 'the job is kept among the dead of the queue' : "the sender's retry runs the event again"}.`,
    fix: parks
      ? 'Look at the line before this one for what the parking place said.'
      : inWorker
        ? 'Look at the error, then replay the job, or pass `park` to keep such events apart.'
        : 'Pass `park` to keep such deliveries for a replay instead.',
  }
}

/** What the queue does where a sender would come again. */
const inWorker: Readonly<Partial<Record<keyof typeof ERRORS, Partial<Words>>>> = {
  handler_failed: {
    message: 'A handler threw; the claim is released, and the retries of the queue run it again.',
  },
  store_unavailable: {
    fix: 'Check that it runs and can be reached; the queue runs the job again later.',
  },
  deadline_exceeded: { fix: 'Look at the step that took the time, or raise `maxRunMs`.' },
}

/** The words of a code, as they fit where it happened. */
export const wordsOf = (
  outcome: Outcome & { readonly code: keyof typeof ERRORS },
  situation: Situation,
): Words => {
  const { code } = outcome
  if (outcome.outcome === 'failed' && verdictOf(outcome.error).kind === 'permanent') {
    return permanent(situation)
  }
  const words = ERRORS[code]
  return situation.inWorker ? { ...words, ...inWorker[code] } : words
}
