import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { Problem } from '../api/problem.ts'
import { type AddressRule, refuseUrl } from './address-guard.ts'
import { covers } from './subscription.ts'
import type { WebhookSettings } from './webhook.ts'

/** The types that the platform emits. */
export const eventTypes: readonly string[] = Object.keys(ainexlayerEvents)

/** The type of a test delivery; not one of the platform's 19. */
export const testType = 'webhook.test'

const reserved = [/^webhook-/, /^svix-/, /^x-ainexlayer-/]
const reservedNames = new Set([
  'content-type',
  'content-length',
  'transfer-encoding',
  'connection',
  'host',
  'user-agent',
  'authorization',
  'expect',
])

/** Whether a type is one that may be emitted. */
export const isEventType = (type: string): boolean => eventTypes.includes(type)

/** Refuses settings that no schema can judge. @throws Problem */
export const checkSettings = (
  { url, events, headers }: Pick<WebhookSettings, 'url' | 'events' | 'headers'>,
  rule: AddressRule,
): void => {
  const reason = refuseUrl(url, rule)
  if (reason !== undefined) {
    throw new Problem(400, 'URL_NOT_ALLOWED', `The URL is not allowed: ${reason}.`, {
      details: { field: 'url', reason },
    })
  }
  const unknown = events.find((pattern) => !eventTypes.some((type) => covers(pattern, type)))
  if (unknown !== undefined) {
    throw new Problem(400, 'UNKNOWN_EVENT_TYPE', `No event is called ${unknown}.`, {
      details: { field: 'events', reason: `unknown: ${unknown}` },
    })
  }
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase()
    if (reservedNames.has(lower) || reserved.some((pattern) => pattern.test(lower))) {
      throw new Problem(400, 'RESERVED_HEADER', `The header ${name} is the sender's own.`, {
        details: { field: 'headers', reason: `reserved: ${name}` },
      })
    }
  }
}
