export type { AinexlayerEvents, EventCatalog } from './catalog.ts'
export { ainexlayerEvents } from './catalog.ts'
export type {
  EventOf,
  EventPattern,
  KnownEvent,
  SignedEvent,
  UnknownEvent,
  VerifiedEvent,
  WebhookEvent,
} from './event-of.ts'
export { isEvent } from './event-of.ts'
export type { EventSchema } from './event-schema.ts'
export type { KnownFields } from './known-fields.ts'
export type { MatchingTypes, PatternOf } from './match-type.ts'
export type { OpenEnum } from './open-enum.ts'
export type { OutputOf, StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts'
