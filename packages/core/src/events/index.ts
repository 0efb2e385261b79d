export type { AinexlayerEvents, EventCatalog } from './catalog.ts'
export { ainexlayerEvents } from './catalog.ts'
export type {
  ChatConversationEnded,
  ChatConversationStarted,
  ChatMessage,
  ChatResponseGenerated,
  ChatSource,
  ChatUsage,
} from './data/chat.ts'
export type {
  DocumentDeleted,
  DocumentFailed,
  DocumentFailure,
  DocumentFailureDetails,
  DocumentProcessed,
  DocumentUpdated,
  DocumentUploaded,
} from './data/document.ts'
export type { EventData } from './data/event-data.ts'
export type { UserCreated, UserDeleted, UserLogin, UserLogout, UserUpdated } from './data/user.ts'
export type {
  WorkspaceCreated,
  WorkspaceDeleted,
  WorkspaceUpdated,
  WorkspaceUserAdded,
  WorkspaceUserRemoved,
} from './data/workspace.ts'
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
