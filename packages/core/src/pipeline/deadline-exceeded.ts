import type { Deadline } from '../async/deadline.ts'
import type { Source } from '../delivery/delivery.ts'
import { keepAlive } from '../delivery/keep-alive.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { wholeSeconds } from '../delivery/retry-after.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { ReceiverConfig } from './config.ts'
import { outageRetrySeconds } from './retry-after.ts'

/** What had not happened when the time was up, by the step. */
const unfinished = {
  throttle: 'the throttle had not answered',
  body: 'the body had not arrived',
  secret: 'the `secret` function had not answered',
  schema: 'the schema of the event had not answered',
  claim: 'the store had not answered the claim',
  handlers: 'the handlers still ran; they keep the claim while they do',
  commit: 'the transaction of the handlers had not ended',
  parking: 'the parking place had not confirmed; the claim is kept while it is waited for',
  queue: 'the queue had not confirmed',
} as const

/** A step that waits for something. */
export type WaitingStep = keyof typeof unfinished

/** The outcome of a delivery whose time is up, with the step that took it. */
export const deadlineExceeded = (
  config: ReceiverConfig,
  { ms, setBy, isCut }: Deadline,
  step: WaitingStep,
  event?: AnyEvent,
): Outcome => ({
  outcome: 'retry_later',
  code: isCut ? 'closing' : 'deadline_exceeded',
  // Before the claim is free the sender would only meet itself.
  retryAfterSeconds:
    !isCut && (step === 'handlers' || step === 'parking')
      ? wholeSeconds(config.leaseMs / 1000)
      : outageRetrySeconds(config),
  reason: step,
  note: `After ${Math.round(ms)} ms (${setBy}) ${unfinished[step]}.`,
  ...(event === undefined ? {} : { event }),
})

/** The outcome of what comes to a receiver that is being closed. */
export const closing = (config: ReceiverConfig): Outcome => ({
  outcome: 'retry_later',
  code: 'closing',
  retryAfterSeconds: outageRetrySeconds(config),
})

/**
 * Lets work that the deadline has overtaken go on after the answer, and has its outcome told when it ends.
 *
 * @param giveBack - gives the event back while the work goes on
 */
export const endLate = (
  config: ReceiverConfig,
  ending: Promise<Outcome>,
  deadline: Deadline,
  source: Source,
  event: AnyEvent,
  giveBack?: () => unknown,
): void => {
  const { underWay } = config
  const work = { event, giveBack }
  underWay.begin(work)
  const told = ending
    .then(
      (outcome) => config.tellLate(outcome, deadline, source),
      (error: unknown) => {
        config.logger.error({ err: error }, 'a delivery failed after its deadline')
      },
    )
    .finally(() => underWay.end(work))
  keepAlive(source.waitUntil, told)
}
