import type * as z from 'zod'
import type { Secret, WebhookRecord, WebhookView } from '../shapes/webhook.ts'
import { idOf } from '../values/id.ts'
import { secretHint } from '../values/secret.ts'
import { iso, isoOrNull } from '../values/time.ts'
import { disableRuleText } from './health.ts'

/** A webhook as the API shows it: only the end of each secret, and only the names of its headers. */
export const webhookView = (
  webhook: WebhookRecord,
  secrets: readonly Secret[],
): z.output<typeof WebhookView> => {
  const { workspaceIds } = webhook.filters
  const { health } = webhook
  return {
    id: idOf('webhook', webhook.seq),
    url: webhook.url,
    description: webhook.description,
    events: [...webhook.events],
    active: webhook.active,
    filters: workspaceIds === undefined ? {} : { workspaceIds: [...workspaceIds] },
    headerNames: Object.keys(webhook.headers),
    retry: { delaysSeconds: [...webhook.retry.delaysSeconds], jitter: webhook.retry.jitter },
    concurrency: webhook.concurrency,
    rateLimit: webhook.rateLimit ?? null,
    fifo: webhook.fifo,
    profile: { ...webhook.profile },
    secrets: secrets.map(({ value, createdAt, expiresAt }) => ({
      hint: secretHint(value),
      createdAt: iso(createdAt),
      expiresAt: isoOrNull(expiresAt),
    })),
    health: {
      consecutiveFailures: health.consecutiveFailures,
      exhaustedDeliveries: health.exhausted,
      failingSince: isoOrNull(health.failingSince),
      lastSuccessAt: isoOrNull(health.lastSuccessAt),
      disableRule: disableRuleText(webhook),
    },
    disabledReason: webhook.disabledReason ?? null,
    disabledAt: isoOrNull(webhook.disabledAt),
    createdAt: iso(webhook.createdAt),
    updatedAt: iso(webhook.updatedAt),
  }
}
