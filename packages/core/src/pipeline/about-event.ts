import type { EventMessage } from '../delivery/channel-messages.ts'
import type { GenuineDelivery } from '../delivery/delivery.ts'

/** What every message tells of the event that the work is about. */
export const aboutEvent = ({
  endpoint,
  event: { id, type, unknown },
}: Pick<GenuineDelivery, 'endpoint' | 'event'>): EventMessage => ({
  endpoint,
  id,
  type,
  isKnown: unknown !== true,
})
