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
  ListAttemptsQuery,
  ListedAttempt,
} from './model/attempt.ts'
export type {
  CancelAllInput,
  CancelAllResult,
  DeliveriesFilter,
  Delivery,
  DeliveryStatus,
  DeliveryTrigger,
  DeliveryWithAttempts,
  ListDeliveriesQuery,
  ListWebhookDeliveriesQuery,
  RedeliverAllInput,
  RedeliverAllResult,
  RedeliverInput,
} from './model/delivery.ts'
export type {
  Captured,
  CapturedInput,
  FaultKind,
  ForwardResult,
  MoveClockInput,
  RunScenarioInput,
  ScenarioInfo,
  ScenarioRun,
  ScenarioStep,
  SenderClock,
  WebhookFaults,
} from './model/dev.ts'
export type {
  EmitEventInput,
  EmittedEvent,
  EventType,
  KnownEventInput,
  ListEventsQuery,
  PlatformEvent,
  TestEventInput,
  TimelineEntry,
  UncheckedEventInput,
} from './model/event.ts'
export type { EventData } from './model/event-data.ts'
export type {
  EventName,
  EventPattern,
  KnownEventName,
  OperationalEventName,
  Subscription,
  UncheckedName,
} from './model/event-name.ts'
export { uncheckedName } from './model/event-name.ts'
export type { Fault, LikelyFault } from './model/fault.ts'
export type { OpenEnum } from './model/open-enum.ts'
export type { Page, PageRequest, Pagination } from './model/page.ts'
export type { RetryPolicy, RetryPreset, RetrySchedule } from './model/retry-policy.ts'
export type { SigningProfile, SigningProfileInput } from './model/signing-profile.ts'
export type { RecoverResult, StatsBucket, WebhookStats } from './model/stats.ts'
export type { StreamEvent, StreamEvents, StreamOptions } from './model/stream.ts'
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
export type { AttemptsApi } from './resources/attempts.ts'
export type { DeliveriesApi } from './resources/deliveries.ts'
export type { DevApi, ListInboxQuery } from './resources/dev.ts'
export type { EmitResult } from './resources/emit-result.ts'
export type { EventsApi, EventTypesApi } from './resources/events.ts'
export type { WebhooksApi } from './resources/webhooks.ts'
