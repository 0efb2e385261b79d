import type { Deadline } from '../async/deadline.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { answer } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import type { AdmittedBatch } from './admitted.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded } from './deadline-exceeded.ts'
import { handleDelivery } from './handle-delivery.ts'

/** How the events of a batch ended, and which of them the answer is made of. */
export interface BatchResult {
  readonly outcome: Outcome
  /** Those of the other events. */
  readonly others: readonly Outcome[]
}

const isDone = (outcome: Outcome): boolean => answer(outcome).status < 300

/** The outcome that decides: any that is not done, so that the sender comes again for it; a disabled endpoint first. */
const deciding = (outcomes: readonly Outcome[]): Outcome | undefined =>
  outcomes.find(({ outcome }) => outcome === 'gone') ??
  outcomes.find((outcome) => !isDone(outcome)) ??
  outcomes.find(({ outcome }) => outcome === 'processed') ??
  outcomes[0]

/**
 * Steps 6 to 8 for each event of a batch, one after the other: each is claimed by itself, so that a retry of the request
 * runs only what is not done.
 */
export const runBatch = async (
  config: ReceiverConfig,
  { batch }: AdmittedBatch,
  request: IncomingRequest,
  deadline: Deadline,
): Promise<BatchResult> => {
  const outcomes: Outcome[] = []
  for (const item of batch) {
    if (item.outcome !== undefined) outcomes.push(item.outcome)
    else if (deadline.isOver()) {
      outcomes.push(deadlineExceeded(config, deadline, 'handlers', item.delivery.event))
    } else {
      const { delivery, validation } = item
      // In a turn of its own: what a handler enters of an AsyncLocalStorage is not the next event's.
      const handling = Promise.resolve().then(() =>
        handleDelivery(config, delivery, validation, request, deadline),
      )
      outcomes.push(await handling)
    }
  }
  const outcome = deciding(outcomes) ?? deadlineExceeded(config, deadline, 'handlers')
  return { outcome, others: outcomes.filter((other) => other !== outcome) }
}
