import type { Delivery, DeliveryWithAttempts } from '../model/delivery.ts'
import type { PlatformEvent } from '../model/event.ts'
import type { Webhook } from '../model/webhook.ts'

/** How the imitated platform behaves. */
export interface PlatformHandlersOptions {
  /** Where the API is. Default: `http://localhost:3001/api/v1`, as of `createClient`. */
  readonly baseUrl?: string | undefined
  /** The only API key that is accepted. Default: any key is. */
  readonly apiKey?: string | undefined
  /** How many webhooks there may be before `create` answers 409 LIMIT_REACHED. Default: any number. */
  readonly webhookLimit?: number | undefined
  /**
   * What the endpoint of a webhook answers to a delivery, as an HTTP status; nothing is really sent.
   * Default: 200. Outside 200 to 299 the delivery has failed.
   */
  readonly endpointStatus?: ((delivery: { url: string; eventType: string }) => number) | undefined
  /** The clock. Default: the real one. */
  readonly now?: (() => Date) | undefined
}

/** What the imitated platform remembers. */
export interface PlatformState {
  readonly webhooks: Map<string, Webhook>
  /** In the order they were made. */
  readonly deliveries: Map<string, DeliveryWithAttempts>
  readonly events: Map<string, PlatformEvent>
  /** A new id, such as `webhook-1`. */
  readonly newId: (kind: 'webhook-' | 'delivery-' | 'attempt-' | 'msg_') => string
  /** The time, ISO 8601, so many milliseconds from now. */
  readonly time: (inMs?: number) => string
  readonly endpointStatus: (delivery: { url: string; eventType: string }) => number
  readonly webhookLimit: number
}

/** An empty platform. */
export const createState = (options: PlatformHandlersOptions): PlatformState => {
  const counts = new Map<string, number>()
  const now = options.now ?? (() => new Date())
  return {
    webhooks: new Map(),
    deliveries: new Map(),
    events: new Map(),
    newId: (kind) => {
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      return `${kind}${count}`
    },
    time: (inMs = 0) => new Date(now().getTime() + inMs).toISOString(),
    endpointStatus: options.endpointStatus ?? (() => 200),
    webhookLimit: options.webhookLimit ?? Number.POSITIVE_INFINITY,
  }
}

/** Whether the platform may still send a delivery. */
export const isOpen = ({ status }: Delivery): boolean =>
  status === 'pending' || status === 'sending' || status === 'retrying'

/** A delivery as lists show it. */
export const withoutAttempts = ({ attempts: _, ...delivery }: DeliveryWithAttempts): Delivery =>
  delivery
