import { andThen } from '../async/and-then.ts'
import type { Deadline } from '../async/deadline.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { IncomingRequest } from '../delivery/request.ts'
import { admit } from './admit.ts'
import type { NotAdmitted } from './admitted.ts'
import type { ReceiverConfig } from './config.ts'
import { handleDelivery } from './handle-delivery.ts'
import { runBatch } from './run-batch.ts'

/** How a request ended, and the bytes of a refused signature for a diagnosis. */
export interface PipelineResult {
  readonly outcome: Outcome
  /** How the other events of a batch ended. */
  readonly others?: readonly Outcome[]
  readonly rawBody?: NotAdmitted['rawBody']
}

/**
 * What happens to one request, in nine steps; the ninth, the answer, is made of the outcome by the
 * caller. No 2xx leaves before the event is processed, durably queued or parked, and no step waits beyond
 * the deadline. Without a promise where nothing waits.
 */
export const runPipeline = (
  config: ReceiverConfig,
  request: IncomingRequest,
  deadline: Deadline,
): PipelineResult | Promise<PipelineResult> =>
  // 1 to 5. Guard, read, authenticate, decode, validate
  andThen(admit(config, request, deadline), (admitted) => {
    if (admitted.outcome !== undefined) return admitted

    // 6 to 8. Claim, run or enqueue, settle
    if (admitted.batch !== undefined) return runBatch(config, admitted, request, deadline)
    const { delivery, validation } = admitted
    const handling = handleDelivery(config, delivery, validation, request, deadline)
    return andThen(handling, (outcome) => ({ outcome }))
  })
