import type { z } from '@hono/zod-openapi'
import { attemptId, type StoredAttempt } from '../store/attempt-rows.ts'
import { iso } from '../store/column.ts'
import { deliveryId, type StoredDelivery } from '../store/delivery-rows.ts'
import type { StoredEvent } from '../store/event-rows.ts'
import { disableRule } from '../webhook/health.ts'
import { secretHint } from '../webhook/secret.ts'
import { type Secret, type Webhook, webhookId } from '../webhook/webhook.ts'
import type { AttemptView, DeliveryView, EventView, WebhookView } from './schemas.ts'

const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : iso(ms))

const ruleText = ({ retry }: Webhook): string | null =>
  retry.disables === true
    ? `disabled after ${disableRule.withoutSuccessMs / 86_400_000} days without a success and ${disableRule.exhaustedDeliveries} exhausted deliveries`
    : null

/** A webhook as the API shows it: of secrets the last characters, of headers the names. */
export const webhookView = (
  webhook: Webhook,
  secrets: readonly Secret[],
): z.infer<typeof WebhookView> => ({
  id: webhookId(webhook.seq),
  url: webhook.url,
  description: webhook.description,
  events: [...webhook.events],
  active: webhook.active,
  filters:
    webhook.filters.workspaceIds === undefined
      ? {}
      : { workspaceIds: [...webhook.filters.workspaceIds] },
  headerNames: Object.keys(webhook.headers),
  retry: { delaysSeconds: [...webhook.retry.delaysSeconds], jitter: webhook.retry.jitter },
  concurrency: webhook.concurrency,
  rateLimit: webhook.rateLimit ?? null,
  secrets: secrets.map(({ value, createdAt, expiresAt }) => ({
    hint: secretHint(value),
    createdAt: iso(createdAt),
    expiresAt: isoOrNull(expiresAt),
  })),
  health: {
    consecutiveFailures: webhook.health.consecutiveFailures,
    exhaustedDeliveries: webhook.health.exhausted,
    failingSince: isoOrNull(webhook.health.failingSince),
    lastSuccessAt: isoOrNull(webhook.health.lastSuccessAt),
    disableRule: ruleText(webhook),
  },
  disabledReason: webhook.disabledReason ?? null,
  disabledAt: isoOrNull(webhook.disabledAt),
  createdAt: iso(webhook.createdAt),
  updatedAt: iso(webhook.updatedAt),
})

/** A delivery as the API shows it. */
export const deliveryView = (
  delivery: StoredDelivery,
  isSending: (seq: number) => boolean,
): z.infer<typeof DeliveryView> => ({
  id: deliveryId(delivery.seq),
  webhookId: webhookId(delivery.webhook),
  eventId: delivery.eventId,
  eventType: delivery.eventType,
  status: isSending(delivery.seq) ? 'sending' : delivery.status,
  trigger: delivery.trigger,
  ...(delivery.redeliveryOf !== undefined && { redeliveryOf: deliveryId(delivery.redeliveryOf) }),
  attemptCount: delivery.attemptCount,
  maxAttempts: delivery.maxAttempts,
  nextAttemptAt: isoOrNull(delivery.nextAttemptAt),
  lastStatusCode: delivery.lastStatusCode ?? null,
  lastError: delivery.lastError ?? null,
  createdAt: iso(delivery.createdAt),
  completedAt: isoOrNull(delivery.completedAt),
})

/** An attempt as the API shows it. */
export const attemptView = (attempt: StoredAttempt): z.infer<typeof AttemptView> => ({
  id: attemptId(attempt.seq),
  number: attempt.number,
  startedAt: iso(attempt.startedAt),
  durationMs: attempt.durationMs,
  url: attempt.url,
  request: {
    headers: { ...attempt.request.headers },
    body: Buffer.from(attempt.request.body ?? []).toString(),
    bodySha256: attempt.request.bodySha256,
    bytes: attempt.request.bytes,
  },
  ...(attempt.response !== undefined && {
    response: { ...attempt.response, headers: { ...attempt.response.headers } },
  }),
  ...(attempt.error !== undefined && { error: attempt.error }),
  ...(attempt.retryAfterMs !== undefined && { retryAfterMs: attempt.retryAfterMs }),
  outcome: attempt.outcome,
  faults: [...attempt.faults],
})

/** An event as the API shows it; without its data when that was kept long enough. */
export const eventView = ({
  id,
  type,
  workspaceId,
  body,
  createdAt,
}: StoredEvent): z.infer<typeof EventView> => {
  if (body === undefined)
    return { id, type, timestamp: iso(createdAt), data: null, workspaceId: workspaceId ?? null }
  const { timestamp, data } = JSON.parse(Buffer.from(body).toString())
  return { id, type, timestamp, data, workspaceId: workspaceId ?? null }
}
