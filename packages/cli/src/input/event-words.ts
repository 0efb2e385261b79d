import type { EventName } from './event-name.ts'

/** What the platform's page says about each event. */
export const eventWords: Readonly<Record<EventName, string>> = {
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
