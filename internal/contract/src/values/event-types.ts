import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { fixtures } from '@ainexlayer/webhooks/testing'
import * as z from 'zod'
import { limits } from './limits.ts'

/** The name of one of the 19 events. */
export type KnownEventType = keyof typeof ainexlayerEvents

/** The platform's own words on each event. */
export const eventDescriptions: Readonly<Record<KnownEventType, string>> = {
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

/** The type of a test delivery; it is not one of the 19. */
export const testType = 'webhook.test'

/** The name of a type as a header can carry it. */
export const eventTypeInput = z
  .string()
  .regex(
    new RegExp(`^[!-~]{1,${limits.eventTypeCharacters}}$`),
    `must be 1 to ${limits.eventTypeCharacters} printable ASCII characters without a space`,
  )

/**
 * Events about the sender itself. A webhook gets those that it names: `*` does not cover them, as a receiver
 * of the platform's events does not expect them.
 */
export const operationalTypes = ['webhook.disabled', 'delivery.exhausted'] as const

/** Whether a type is about the sender itself. */
export const isOperational = (type: string): boolean =>
  operationalTypes.some((operational) => operational === type)

/** Whether a name is one of the 19. */
export const isKnownEventType = (type: string): type is KnownEventType =>
  Object.hasOwn(eventDescriptions, type)

/** The names of the 19 events. */
export const eventTypes: readonly KnownEventType[] =
  Object.keys(eventDescriptions).filter(isKnownEventType)

/** The schema of the `data` of an event. */
export const dataSchemaOf = <Name extends KnownEventType>(
  type: Name,
): (typeof ainexlayerEvents)[Name]['schema'] => ainexlayerEvents[type].schema

/** An example of the `data` of an event. */
export const exampleOf = (type: KnownEventType) => fixtures[type].data
