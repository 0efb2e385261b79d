import type { EventType } from '../model/event.ts'
import type { EventPattern, KnownEventName } from '../model/event-name.ts'
import { Refusal } from './refusal.ts'

const descriptions: Record<KnownEventName, string> = {
  'document.uploaded': 'Document uploaded to workspace',
  'document.processed': 'Document processing completed',
  'document.failed': 'Document processing failed',
  'document.deleted': 'Document deleted from workspace',
  'document.updated': 'Document metadata updated',
  'chat.message': 'New chat message sent',
  'chat.conversation.started': 'New conversation started',
  'chat.conversation.ended': 'Conversation ended',
  'chat.response.generated': 'AI response generated',
  'workspace.created': 'New workspace created',
  'workspace.updated': 'Workspace settings updated',
  'workspace.deleted': 'Workspace deleted',
  'workspace.user.added': 'User added to workspace',
  'workspace.user.removed': 'User removed from workspace',
  'user.created': 'New user registered',
  'user.updated': 'User profile updated',
  'user.deleted': 'User account deleted',
  'user.login': 'User logged in',
  'user.logout': 'User logged out',
}

/** The 19 types, with a schema that any data fits. */
export const eventTypes: EventType[] = Object.entries(descriptions).map(([type, description]) => ({
  type,
  description,
  schema: { type: 'object' },
  example: { id: 'example-1' },
}))

const names = new Set<string>(Object.keys(descriptions))

/** Whether a subscription takes events of a type. */
export const matches = (pattern: EventPattern, type: string): boolean =>
  pattern === '*' ||
  pattern === type ||
  (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))

const unknownType = (name: string) =>
  new Refusal(400, 'UNKNOWN_EVENT_TYPE', `There is no event ${name}`)

/** The name itself, if it is one of the 19. */
export const checkEventName = (name: string): string => {
  if (!names.has(name)) throw unknownType(name)
  return name
}

/** The pattern itself, if at least one of the 19 fits it. */
export const checkEventPattern = (pattern: string): string => {
  if (![...names].some((name) => matches(pattern, name))) throw unknownType(pattern)
  return pattern
}
