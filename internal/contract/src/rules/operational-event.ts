import type * as z from 'zod'
import { type DeliveryRecord, deliveryView } from '../shapes/delivery.ts'
import type { WebhookView } from '../shapes/webhook.ts'
import { isOperational } from '../values/event-types.ts'

/** The type and data of an event about the sender itself. */
export interface OperationalEvent {
  readonly type: string
  readonly data: object
}

/** The event for a webhook that was disabled. */
export const disabledEvent = (webhook: z.output<typeof WebhookView>): OperationalEvent => ({
  type: 'webhook.disabled',
  data: {
    webhookId: webhook.id,
    url: webhook.url,
    reason: webhook.disabledReason,
    health: webhook.health,
  },
})

/** The event for a delivery that was given up; none for a test, and for one of such an event itself. */
export const exhaustedEvent = (delivery: DeliveryRecord): OperationalEvent | undefined => {
  if (delivery.trigger === 'test' || isOperational(delivery.eventType)) return undefined
  const view = deliveryView(delivery, false)
  return {
    type: 'delivery.exhausted',
    data: {
      deliveryId: view.id,
      webhookId: view.webhookId,
      eventId: view.eventId,
      eventType: view.eventType,
      attemptCount: view.attemptCount,
      lastStatusCode: view.lastStatusCode,
      lastError: view.lastError,
    },
  }
}
