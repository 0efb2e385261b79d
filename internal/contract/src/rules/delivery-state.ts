import { Problem } from '../values/problem.ts'

/** The error for sending again what is still open. */
export const deliveryOpen = (): Problem =>
  new Problem('DELIVERY_OPEN', 'The delivery is still open.')

/** The error for cancelling what has ended. */
export const deliveryClosed = (): Problem =>
  new Problem('DELIVERY_CLOSED', 'The delivery has already ended.')

/** The error for an event whose bytes are no longer kept. */
export const payloadExpired = (): Problem =>
  new Problem('PAYLOAD_EXPIRED', 'The bytes of the event are no longer kept.')
