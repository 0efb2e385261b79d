export type {
  ChannelListener,
  ChannelMessage,
  ChannelMessages,
  ChannelMoment,
  ClaimMessage,
  DeliveryEnd,
  DeliveryMessage,
  DispatchMessage,
  EventMessage,
  HandlerMessage,
  ParkMessage,
  SettleMessage,
  StoreMessage,
} from './delivery/channel-messages.ts'
export type { HandlerContext, JobInfo } from './delivery/context.ts'
export type { Dispatch, DispatchResult, GenuineDelivery, Park } from './delivery/delivery.ts'
export type { Handler, InvalidHandler, UnknownHandler } from './delivery/handlers.ts'
export type { DeliveryInfo, Hooks } from './delivery/hooks.ts'
export type { Logger } from './delivery/logger.ts'
export type {
  Answer,
  HandleResult,
  Outcome,
  OutcomeName,
  OutcomeOf,
} from './delivery/outcome.ts'
export type { IncomingRequest } from './delivery/request.ts'
export { EndpointGone, PermanentFailure, RetryLater } from './delivery/verdicts.ts'
export type { BodyInput } from './encoding/bytes.ts'
export type {
  ConfigurationCode,
  FailureCode,
  PayloadIssue,
  RefusalDetail,
  RejectionCode,
  RetryCode,
  VerificationCode,
  WebhookErrorCode,
} from './errors.ts'
export {
  isWebhookError,
  WebhookConfigurationError,
  WebhookError,
  WebhookVerificationError,
} from './errors.ts'
export type {
  AinexlayerEvents,
  AnyEvent,
  EventCatalog,
  EventOf,
  EventPattern,
  UnknownEvent,
  UnknownType,
  VerifiedEvent,
  WebhookEvent,
} from './events/index.ts'
export { ainexlayerEvents, isEvent } from './events/index.ts'
export type { MemoryStoreOptions } from './idempotency/memory-store.ts'
export { memoryStore } from './idempotency/memory-store.ts'
export { StoreUnavailableError } from './idempotency/storage-errors.ts'
export type { WorkOptions } from './pipeline/run-job.ts'
export type { Limiter, LimiterOptions, Throttle, ThrottleRefusal } from './pipeline/throttle.ts'
export type { CachedSecretsOptions } from './receiver/cached-secrets.ts'
export { cachedSecrets } from './receiver/cached-secrets.ts'
export { createReceiver } from './receiver/create-receiver.ts'
export type { ReceiverOptions } from './receiver/options.ts'
export type {
  CloseOptions,
  CloseResult,
  Health,
  HealthOptions,
  HealthPart,
  Receiver,
  VerifyRequestResult,
} from './receiver/receiver.ts'
export type { VerifiedSignature } from './signature/check-signature.ts'
export type { HeaderReader, HeadersInput, HeaderValue } from './signature/headers.ts'
export type { EnvelopeNames, FieldPath } from './signature/profiles/envelope.ts'
export type { HmacBodyOptions } from './signature/profiles/hmac-body.ts'
export { hmacBody } from './signature/profiles/hmac-body.ts'
export type {
  Profile,
  Refusal,
  SecretEncoding,
  SignedParts,
  SigningInput,
} from './signature/profiles/profile.ts'
export type { SignedTextOptions, TimeUnit } from './signature/profiles/signed-text.ts'
export type { StandardWebhooksOptions } from './signature/profiles/standard-webhooks.ts'
export { standardWebhooks } from './signature/profiles/standard-webhooks.ts'
export type { TimestampedOptions } from './signature/profiles/timestamped.ts'
export { timestamped } from './signature/profiles/timestamped.ts'
export type { OneTenant } from './signature/secret-source.ts'
export type { SecretRequest, SecretSet, SecretSource, SecretSpec } from './signature/secrets.ts'
export type { SignOptions } from './signature/sign.ts'
export { sign } from './signature/sign.ts'
export type { VerifyInput, VerifyOptions } from './verify/options.ts'
export type { VerifyFailure, VerifyResult } from './verify/verify.ts'
export { safeVerify, verify } from './verify/verify.ts'
export type { SignatureResult } from './verify/verify-signature.ts'
export { verifySignature } from './verify/verify-signature.ts'
