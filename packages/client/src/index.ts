export type { Client } from './client.ts'
export { createClient } from './client.ts'
export type { ApiErrorCode } from './errors/error-codes.ts'
export type { ApiErrorFields, ErrorDetails } from './errors/errors.ts'
export {
  ApiConnectionError,
  ApiError,
  ApiTimeoutError,
  ApiUsageError,
  ClientError,
  isApiConnectionError,
  isApiError,
  isApiTimeoutError,
  isApiUsageError,
  isClientError,
} from './errors/errors.ts'
export type {
  Attempt,
  AttemptError,
  AttemptErrorCode,
  AttemptOutcome,
  AttemptRequest,
  AttemptResponse,
  BytesEncoding,
} from './model/attempt.ts'
export type {
  Delivery,
  DeliveryStatus,
  DeliveryTrigger,
  DeliveryWithAttempts,
  ListDeliveriesQuery,
  ListWebhookDeliveriesQuery,
  RedeliverInput,
} from './model/delivery.ts'
export type {
  EmitEventInput,
  EmittedEvent,
  EventType,
  ListEventsQuery,
  PlatformEvent,
} from './model/event.ts'
export type { EventName, EventPattern, KnownEventName } from './model/event-name.ts'
export type { OpenEnum } from './model/open-enum.ts'
export type { Page, PageRequest, Pagination } from './model/page.ts'
export type { RetryPolicy, RetryPreset, RetrySchedule } from './model/retry-policy.ts'
export type { RecoverResult, WebhookStats } from './model/stats.ts'
export type { Time } from './model/time.ts'
export type {
  DeletedWebhook,
  DisabledReason,
  RotatedSecret,
  Webhook,
  WebhookFilters,
  WebhookHealth,
  WebhookRateLimit,
  WebhookSecretHint,
  WebhookWithSecret,
} from './model/webhook.ts'
export type {
  CreateWebhookInput,
  ListWebhooksQuery,
  RecoverInput,
  RotateSecretInput,
  StatsQuery,
  TestWebhookInput,
  UpdateWebhookInput,
} from './model/webhook-input.ts'
export type { CallOptions, ClientOptions, PostOptions } from './options/client-options.ts'
export type { Sleep } from './options/sleep.ts'
export type { DeliveriesApi } from './resources/deliveries.ts'
export type { EventsApi, EventTypesApi } from './resources/events.ts'
export type { WebhooksApi } from './resources/webhooks.ts'
