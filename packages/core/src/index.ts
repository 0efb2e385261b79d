export type {
  ConfigurationCode,
  PayloadIssue,
  RefusalDetail,
  VerificationCode,
  WebhookErrorCode,
} from './errors.ts'
export {
  ERRORS,
  isWebhookError,
  StoreUnavailableError,
  WebhookConfigurationError,
  WebhookError,
  WebhookVerificationError,
} from './errors.ts'
export type {
  AinexlayerEvents,
  EventCatalog,
  EventOf,
  EventPattern,
  EventSchema,
  KnownEvent,
  KnownFields,
  MatchingTypes,
  OpenEnum,
  OutputOf,
  PatternOf,
  SignedEvent,
  StandardIssue,
  StandardResult,
  StandardSchema,
  UnknownEvent,
  VerifiedEvent,
  WebhookEvent,
} from './events/index.ts'
export { ainexlayerEvents, isEvent } from './events/index.ts'
export { assertDuration } from './idempotency/duration.ts'
export type { MemoryStoreOptions } from './idempotency/memory-store.ts'
export { memoryStore } from './idempotency/memory-store.ts'
export type {
  ClaimOutcome,
  ClaimRequest,
  IdempotencyStore,
  OwnedClaim,
} from './idempotency/store.ts'
export type {
  TransactionalStore,
  TransactionOutcome,
  TransactionRequest,
  TransactionRun,
} from './idempotency/transactional-store.ts'
export type {
  Answer,
  AnyEvent,
  FailureCode,
  Outcome,
  OutcomeName,
  OutcomeOf,
  RejectionCode,
  RetryCode,
} from './pipeline/outcome.ts'
export type { BodyRead, BodyReader, IncomingRequest, ReadLimits } from './pipeline/request.ts'
export type { HmacBodyOptions } from './profiles/hmac-body.ts'
export { hmacBody } from './profiles/hmac-body.ts'
export type {
  EnvelopeNames,
  Profile,
  Refusal,
  SecretEncoding,
  SignedParts,
  SigningInput,
} from './profiles/profile.ts'
export type { StandardWebhooksOptions } from './profiles/standard-webhooks.ts'
export { standardWebhooks } from './profiles/standard-webhooks.ts'
export type { TimestampedOptions } from './profiles/timestamped.ts'
export { timestamped } from './profiles/timestamped.ts'
export type { JobVerdict } from './queue/job-verdict.ts'
export { jobVerdict } from './queue/job-verdict.ts'
export type {
  ListParkedOptions,
  ParkedDelivery,
  ParkedRow,
  ParkingPlace,
  ParkingTable,
} from './queue/parking-place.ts'
export { parkingPlace } from './queue/parking-place.ts'
export type { QueueJob, ReadJob } from './queue/queue-job.ts'
export { fromJob, toJob } from './queue/queue-job.ts'
export type { WorkOptions } from './queue/run-job.ts'
export type { HandlerContext, JobInfo } from './receiver/context.ts'
export type { HandleResult, Receiver, VerifyRequestResult } from './receiver/create-receiver.ts'
export { createReceiver } from './receiver/create-receiver.ts'
export { drainBody } from './receiver/drain-body.ts'
export type { WaitUntilContext } from './receiver/fetch.ts'
export type { Handler, InvalidHandler, UnknownHandler } from './receiver/handlers.ts'
export type { DeliveryInfo, Hooks } from './receiver/hooks.ts'
export type { Logger } from './receiver/logger.ts'
export type {
  Dispatch,
  GenuineDelivery,
  Park,
  ReceiverOptions,
  Throttle,
  ThrottleRefusal,
} from './receiver/options.ts'
export { EndpointGone, PermanentFailure, RetryLater } from './receiver/verdicts.ts'
export { webRequest } from './receiver/web-request.ts'
export type { BodyInput } from './signature/bytes.ts'
export type { VerifiedSignature } from './signature/check-signature.ts'
export type { HeaderReader, HeadersInput, HeaderValue } from './signature/headers.ts'
export type { SecretRequest, SecretSet, SecretSource, SecretSpec } from './signature/secrets.ts'
export type { SignOptions } from './signature/sign.ts'
export { sign } from './signature/sign.ts'
export type { VerifyInput, VerifyOptions } from './verify/options.ts'
export type { VerifyFailure, VerifyResult } from './verify/safe-verify.ts'
export { safeVerify, verify } from './verify/safe-verify.ts'
export type { SignatureResult } from './verify/verify-signature.ts'
export { verifySignature } from './verify/verify-signature.ts'
