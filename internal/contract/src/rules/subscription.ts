import type { WebhookSettings } from '../shapes/webhook.ts'
import { isOperational } from '../values/event-types.ts'

/** Whether a subscription (`document.uploaded`, `document.*`, `*`) covers a type. */
export const covers = (pattern: string, type: string): boolean =>
  (pattern === '*' && !isOperational(type)) ||
  pattern === type ||
  (pattern.endsWith('.*') && !isOperational(type) && type.startsWith(pattern.slice(0, -1)))

/** Why a webhook does not get an event; undefined when it does. */
export const skipReason = (
  { active, events, filters }: WebhookSettings,
  type: string,
  workspaceId: string | undefined,
): 'inactive' | 'not_subscribed' | 'filtered' | undefined => {
  if (!events.some((pattern) => covers(pattern, type))) return 'not_subscribed'
  if (!active) return 'inactive'
  const { workspaceIds } = filters
  // An event of no workspace goes to everyone: the filter chooses among workspaces.
  if (workspaceIds === undefined || workspaceId === undefined) return undefined
  return workspaceIds.includes(workspaceId) ? undefined : 'filtered'
}
