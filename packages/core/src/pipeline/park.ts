import type { GenuineDelivery } from '../delivery/delivery.ts'
import type { OutcomeOf } from '../delivery/outcome.ts'
import { textOf } from '../idempotency/root-cause.ts'
import { reasonIn } from '../idempotency/storage-errors.ts'
import { aboutEvent } from './about-event.ts'
import type { ReceiverConfig } from './config.ts'
import { Misfit } from './misfit.ts'

/**
 * Keeps a delivery that no retry can help for a later replay, then records it as handled. Undefined when it is not
 * kept, because there is no parking place or it refused: the failure then stays a failure.
 *
 * @param record - marks the event as handled, once it is kept; a failure of it is the caller's, and not the parking place's
 */
export const parkDelivery = async (
  { park, limited, channels }: ReceiverConfig,
  delivery: GenuineDelivery,
  reason: unknown,
  record: () => Promise<unknown>,
): Promise<OutcomeOf<'parked'> | undefined> => {
  if (park === undefined) return undefined
  const { event } = delivery
  try {
    await channels.park(
      () => aboutEvent(delivery),
      () => park(delivery, reason),
    )
  } catch (error) {
    const problem = reasonIn(error)
    limited.write('error', `park ${problem}`, () => [
      { err: error, id: event.id },
      `the parking place refused the delivery${problem === undefined ? '' : ` (${problem})`}: ${textOf(error)}`,
    ])
    return undefined
  }
  await record()
  return reason instanceof Misfit
    ? { outcome: 'parked', event, reason: 'invalid_payload', error: reason }
    : { outcome: 'parked', event, error: reason }
}
