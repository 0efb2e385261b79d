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

/** The names of events about the sender itself; `*` does not cover them. */
export type OperationalEventName = 'webhook.disabled' | 'delivery.exhausted'

declare const unchecked: unique symbol

/** The name of an event that this version does not know, made by `uncheckedName`. */
export type UncheckedName = string & { readonly [unchecked]: true }

/** Takes any name for one of an event: for events that this version does not know. The platform still checks it. */
export const uncheckedName = (name: string): UncheckedName => name as UncheckedName

/** The subscriptions that this version knows. */
type KnownPattern =
  | KnownEventName
  | OperationalEventName
  | 'document.*'
  | 'chat.*'
  | 'workspace.*'
  | 'user.*'
  | '*'

/**
 * What a webhook subscribes to: the name of an event, all events of a group (`document.*`), or every event
 * (`*`). A name that this version does not know is made by `uncheckedName`.
 */
export type EventPattern = KnownPattern | UncheckedName

/** What a webhook is subscribed to; open to names that this version does not know. */
export type Subscription = OpenEnum<KnownPattern>
