import type { OpenEnum } from './open-enum.ts'

/** The names of the 19 events that the platform publishes. */
export type KnownEventName =
  | 'document.uploaded'
  | 'document.processed'
  | 'document.failed'
  | 'document.deleted'
  | 'document.updated'
  | 'chat.message'
  | 'chat.conversation.started'
  | 'chat.conversation.ended'
  | 'chat.response.generated'
  | 'workspace.created'
  | 'workspace.updated'
  | 'workspace.deleted'
  | 'workspace.user.added'
  | 'workspace.user.removed'
  | 'user.created'
  | 'user.updated'
  | 'user.deleted'
  | 'user.login'
  | 'user.logout'

/** The name of an event; open to events that this version does not know. */
export type EventName = OpenEnum<KnownEventName>

/**
 * What a webhook subscribes to: the name of an event, all events of a group (`document.*`), or
 * every event (`*`).
 */
export type EventPattern = OpenEnum<
  KnownEventName | 'document.*' | 'chat.*' | 'workspace.*' | 'user.*' | '*'
>
