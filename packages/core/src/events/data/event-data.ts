import type {
  ChatConversationEnded,
  ChatConversationStarted,
  ChatMessage,
  ChatResponseGenerated,
} from './chat.ts'
import type {
  DocumentDeleted,
  DocumentFailed,
  DocumentProcessed,
  DocumentUpdated,
  DocumentUploaded,
} from './document.ts'
import type { UserCreated, UserDeleted, UserLogin, UserLogout, UserUpdated } from './user.ts'
import type {
  WorkspaceCreated,
  WorkspaceDeleted,
  WorkspaceUpdated,
  WorkspaceUserAdded,
  WorkspaceUserRemoved,
} from './workspace.ts'

/**
 * The `data` of each of the platform's 19 events. At each field stands where it comes from: *published* is in the
 * platform's documentation as that field of that resource; *word published, place proposed*: the word is there, that
 * it stands here is this project's proposal; *proposed by this project*: all of it is. Times are texts in ISO 8601.
 * Fields that are not listed are kept, yet not typed.
 * The payloads are type literals, for an interface does not fit where a record of anything is wanted.
 */
export interface EventData {
  /** Somebody sent a chat message. */
  'chat.message': ChatMessage
  /** A conversation was started. */
  'chat.conversation.started': ChatConversationStarted
  /** A conversation ended. */
  'chat.conversation.ended': ChatConversationEnded
  /** The assistant answered. */
  'chat.response.generated': ChatResponseGenerated
  /** A document was uploaded to a workspace. */
  'document.uploaded': DocumentUploaded
  /** A document was processed and can be chatted with. */
  'document.processed': DocumentProcessed
  /** A document could not be processed. */
  'document.failed': DocumentFailed
  /** A document was deleted from a workspace. */
  'document.deleted': DocumentDeleted
  /** The metadata of a document changed. */
  'document.updated': DocumentUpdated
  /** A workspace was created. */
  'workspace.created': WorkspaceCreated
  /** The settings of a workspace changed. */
  'workspace.updated': WorkspaceUpdated
  /** A workspace was deleted. */
  'workspace.deleted': WorkspaceDeleted
  /** A user was added to a workspace. */
  'workspace.user.added': WorkspaceUserAdded
  /** A user was removed from a workspace. */
  'workspace.user.removed': WorkspaceUserRemoved
  /** A user was registered. */
  'user.created': UserCreated
  /** The profile of a user changed. */
  'user.updated': UserUpdated
  /** The account of a user was deleted. */
  'user.deleted': UserDeleted
  /** A user logged in. */
  'user.login': UserLogin
  /** A user logged out. */
  'user.logout': UserLogout
}
