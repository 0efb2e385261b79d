import type {
  AttemptView,
  CapturedView,
  DeliveryView,
  DeliveryWithAttempts,
  EventTypeView,
  FaultKindView,
  ScenarioRunView,
  StatsView,
  WebhookView,
} from '@ainexlayer/webhooks-contract'
import type { z } from 'zod'

/** What the API answers, as the screens show it. */
export type Webhook = z.output<typeof WebhookView>
export type Delivery = z.output<typeof DeliveryView>
export type DeliveryDetail = z.output<typeof DeliveryWithAttempts>
export type Attempt = z.output<typeof AttemptView>
export type Stats = z.output<typeof StatsView>
export type EventType = z.output<typeof EventTypeView>
export type FaultKind = z.output<typeof FaultKindView>
export type Run = z.output<typeof ScenarioRunView>
export type Captured = z.output<typeof CapturedView>
