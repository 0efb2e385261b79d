import {
  type AddressRule,
  type AttemptRecord,
  type DeliveryRecord,
  type EventRecord,
  limits,
  type Numbered,
  notFound,
  numberIn,
  type Secret,
  type WebhookRecord,
} from '@ainexlayer/webhooks-contract'
import type { PlatformHandlersOptions } from './platform-options.ts'

/** A webhook and its secrets, the current one first. */
export interface PlatformWebhook extends WebhookRecord {
  readonly secrets: readonly Secret[]
}

/** A delivery and its attempts. */
export interface PlatformDelivery extends DeliveryRecord {
  readonly attempts: readonly AttemptRecord[]
}

/** What the imitated platform remembers. */
export interface PlatformState {
  readonly webhooks: Map<number, PlatformWebhook>
  /** In the order in which they were created. */
  readonly deliveries: Map<number, PlatformDelivery>
  readonly events: Map<string, EventRecord>
  /** The next number of a kind, from 1. */
  readonly nextNumber: (kind: Numbered | 'event') => number
  /** Unix milliseconds. */
  readonly now: () => number
  readonly endpointStatus: (delivery: { url: string; eventType: string }) => number
  readonly maxWebhooks: number
  readonly addressRule: AddressRule
}

/** An empty platform. */
export const createState = (options: PlatformHandlersOptions): PlatformState => {
  const numbers = new Map<string, number>()
  const now = options.now ?? (() => new Date())
  return {
    webhooks: new Map(),
    deliveries: new Map(),
    events: new Map(),
    nextNumber: (kind) => {
      const number = (numbers.get(kind) ?? 0) + 1
      numbers.set(kind, number)
      return number
    },
    now: () => now().getTime(),
    endpointStatus: options.endpointStatus ?? (() => 200),
    maxWebhooks: options.maxWebhooks ?? limits.webhooksDefault,
    addressRule: { allowPrivateTargets: options.allowPrivateTargets ?? false },
  }
}

const found = <Item>(
  items: ReadonlyMap<number, Item>,
  kind: 'webhook' | 'delivery',
  id: string,
): Item => {
  const number = numberIn(kind, id)
  const item = number === undefined ? undefined : items.get(number)
  if (item === undefined) throw notFound(kind, id)
  return item
}

/** A webhook by its id. @throws Problem NOT_FOUND */
export const findWebhook = ({ webhooks }: PlatformState, id: string): PlatformWebhook =>
  found(webhooks, 'webhook', id)

/** A delivery by its id. @throws Problem NOT_FOUND */
export const findDelivery = ({ deliveries }: PlatformState, id: string): PlatformDelivery =>
  found(deliveries, 'delivery', id)

/** Whether a delivery may still be sent. */
export const isOpen = ({ status }: DeliveryRecord): boolean =>
  status === 'pending' || status === 'retrying'

/** Cancels an open delivery. */
export const cancelDelivery = (state: PlatformState, delivery: PlatformDelivery) => {
  const cancelled: PlatformDelivery = {
    ...delivery,
    status: 'cancelled',
    nextAttemptAt: undefined,
    completedAt: state.now(),
  }
  state.deliveries.set(delivery.seq, cancelled)
  return cancelled
}

/** Cancels every open delivery to a webhook. */
export const cancelDeliveriesOf = (state: PlatformState, webhook: number): void => {
  for (const delivery of state.deliveries.values()) {
    if (delivery.webhook === webhook && isOpen(delivery)) cancelDelivery(state, delivery)
  }
}
