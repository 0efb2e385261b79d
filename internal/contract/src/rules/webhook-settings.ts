import type * as z from 'zod'
import type { CreateWebhook, UpdateWebhook, WebhookSettings } from '../shapes/webhook.ts'
import { eventTypes, operationalTypes } from '../values/event-types.ts'
import { Problem } from '../values/problem.ts'
import { profileHeaders } from '../values/profile.ts'
import { type RetrySchedule, retryPresets } from '../values/retry-schedule.ts'
import { type AddressRule, refuseUrl } from '../values/target-url.ts'
import { covers } from './subscription.ts'

/** The names of headers that are the sender's own. */
const reservedNames: readonly string[] = [
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'connection',
  'keep-alive',
  'host',
  'user-agent',
  'authorization',
  'expect',
  'accept-encoding',
]
const reservedPrefixes: readonly string[] = [
  'webhook-',
  'svix-',
  'x-ainexlayer-',
  // They describe the body and the connection: the receiver would read another body than was sent.
  'content-',
  'proxy-',
]

/** Whether a header is the sender's own, in whatever case it is written. */
export const isReservedHeader = (name: string): boolean => {
  const lower = name.toLowerCase()
  return (
    reservedNames.includes(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix))
  )
}

const scheduleOf = (
  input: z.output<typeof CreateWebhook>['retry'],
  fallback: RetrySchedule,
): RetrySchedule => {
  if (input === undefined) return fallback
  return 'preset' in input ? retryPresets[input.preset] : input
}

/** Whether there is an event that a subscription covers. */
const isSubscribable = (pattern: string): boolean =>
  [...eventTypes, ...operationalTypes].some((type) => covers(pattern, type))

/** Refuses settings that no schema can judge. @throws Problem */
const checkSettings = (
  { url, events, headers, profile }: WebhookSettings,
  rule: AddressRule,
): void => {
  const reason = refuseUrl(url, rule)
  if (reason !== undefined) {
    throw new Problem('URL_NOT_ALLOWED', `The URL is not allowed: ${reason}.`, {
      details: { field: 'url', reason },
    })
  }
  const unknown = events.find((pattern) => !isSubscribable(pattern))
  if (unknown !== undefined) {
    throw new Problem('UNKNOWN_EVENT_TYPE', `There is no event ${unknown}.`, {
      details: { field: 'events', reason: `unknown: ${unknown}` },
    })
  }
  const { signature } = profileHeaders(profile)
  const reserved = Object.keys(headers).find(
    (name) => isReservedHeader(name) || name.toLowerCase() === signature,
  )
  if (reserved !== undefined) {
    throw new Problem('RESERVED_HEADER', `The sender sets the header ${reserved} itself.`, {
      details: { field: 'headers', reason: `reserved: ${reserved}` },
    })
  }
}

/** The settings of a new webhook. @throws Problem URL_NOT_ALLOWED, UNKNOWN_EVENT_TYPE, RESERVED_HEADER */
export const newSettings = (
  { secret: _, ...input }: z.output<typeof CreateWebhook>,
  defaultRetry: RetrySchedule,
  rule: AddressRule,
): WebhookSettings => {
  const settings = {
    ...input,
    retry: scheduleOf(input.retry, defaultRetry),
    rateLimit: input.rateLimit,
  }
  checkSettings(settings, rule)
  return settings
}

/** The settings of a webhook after a change. @throws Problem as {@link newSettings} does */
export const changedSettings = (
  before: WebhookSettings,
  changes: z.output<typeof UpdateWebhook>,
  rule: AddressRule,
): WebhookSettings => {
  const { rateLimit } = changes
  const settings = {
    url: changes.url ?? before.url,
    description: changes.description ?? before.description,
    events: changes.events ?? before.events,
    active: changes.active ?? before.active,
    filters: changes.filters ?? before.filters,
    headers: changes.headers ?? before.headers,
    retry: scheduleOf(changes.retry, before.retry),
    concurrency: changes.concurrency ?? before.concurrency,
    fifo: changes.fifo ?? before.fifo,
    profile: changes.profile ?? before.profile,
    rateLimit: rateLimit === undefined ? before.rateLimit : (rateLimit ?? undefined),
  }
  checkSettings(settings, rule)
  return settings
}

/** The error for one webhook too many. */
export const limitReached = (maxWebhooks: number): Problem =>
  new Problem('LIMIT_REACHED', `There are ${maxWebhooks} webhooks already.`)

/** The error for work that an inactive webhook does not take, or one that was deleted. */
export const webhookInactive = (webhook: { readonly active: boolean } | undefined): Problem =>
  new Problem(
    'WEBHOOK_INACTIVE',
    webhook === undefined
      ? 'The webhook was deleted: create one, and emit the event again.'
      : 'The webhook is inactive.',
  )
