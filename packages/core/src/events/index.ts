export type { AinexlayerEvents, EventCatalog } from './catalog.ts'
export { ainexlayerEvents } from './catalog.ts'
export type {
  AnyEvent,
  EventOf,
  EventPattern,
  KnownEvent,
  SignedEvent,
  UnknownEvent,
  UnknownType,
  VerifiedEvent,
  WebhookEvent,
} from './event-of.ts'
export { isEvent } from './event-of.ts'
export type { EventSchema, OpenEnum } from './event-schema.ts'
export type { MatchingTypes, PatternOf } from './match-type.ts'
export type {
  KnownFields,
  OutputOf,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from './standard-schema.ts'
