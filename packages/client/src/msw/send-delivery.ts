import type { Attempt } from '../model/attempt.ts'
import type { DeliveryTrigger, DeliveryWithAttempts } from '../model/delivery.ts'
import type { PlatformEvent } from '../model/event.ts'
import type { Webhook } from '../model/webhook.ts'
import type { PlatformState } from './platform-state.ts'

/** How long every imitated attempt takes, in milliseconds. */
export const attemptMs = 12

const sha256 = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const attemptOnce = async (
  { newId, time, endpointStatus }: PlatformState,
  webhook: Webhook,
  { id, type, timestamp, data }: PlatformEvent,
): Promise<Attempt> => {
  const body = JSON.stringify({ id, type, timestamp, data })
  const statusCode = endpointStatus({ url: webhook.url, eventType: type })
  const delivered = statusCode >= 200 && statusCode < 300
  return {
    id: newId('attempt-'),
    number: 1,
    startedAt: time(),
    durationMs: attemptMs,
    url: webhook.url,
    request: {
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(Date.parse(time()) / 1000)),
        'webhook-signature': '[redacted]',
      },
      body,
      bodySha256: await sha256(body),
      bytes: new TextEncoder().encode(body).byteLength,
    },
    response: { statusCode, headers: {}, body: '', truncated: false },
    ...(!delivered && {
      error: { code: 'http_status', message: `The endpoint answered ${statusCode}` },
    }),
    outcome: delivered ? 'delivered' : 'failed',
    faults: [],
  }
}

/** What to deliver, and why. */
export interface SendOptions {
  readonly webhook: Webhook
  readonly event: PlatformEvent
  readonly trigger: DeliveryTrigger
  readonly redeliveryOf?: string
}

/** Delivers an event to a webhook with one imitated attempt, and remembers the delivery. */
export const sendDelivery = async (
  state: PlatformState,
  { webhook, event, trigger, redeliveryOf }: SendOptions,
): Promise<DeliveryWithAttempts> => {
  const maxAttempts = trigger === 'test' ? 1 : webhook.retry.delaysSeconds.length
  const createdAt = state.time()
  const id = state.newId('delivery-')
  const attempt = await attemptOnce(state, webhook, event)
  const delivered = attempt.outcome === 'delivered'
  const retrying = !delivered && maxAttempts > 1
  const { health } = webhook
  if (delivered) {
    webhook.health = {
      ...health,
      consecutiveFailures: 0,
      exhaustedDeliveries: 0,
      failingSince: null,
      lastSuccessAt: createdAt,
    }
  } else {
    webhook.health = {
      ...health,
      consecutiveFailures: health.consecutiveFailures + 1,
      exhaustedDeliveries: (health.exhaustedDeliveries ?? 0) + (retrying ? 0 : 1),
      failingSince: health.failingSince ?? createdAt,
    }
  }
  const delivery: DeliveryWithAttempts = {
    id,
    webhookId: webhook.id,
    eventId: event.id,
    eventType: event.type,
    status: delivered ? 'delivered' : retrying ? 'retrying' : 'failed',
    trigger,
    ...(redeliveryOf !== undefined && { redeliveryOf }),
    attemptCount: 1,
    maxAttempts,
    nextAttemptAt: retrying ? state.time((webhook.retry.delaysSeconds[1] ?? 0) * 1000) : null,
    lastStatusCode: attempt.response?.statusCode ?? null,
    lastError: attempt.error ?? null,
    createdAt,
    completedAt: retrying ? null : state.time(attemptMs),
    attempts: [attempt],
  }
  state.deliveries.set(id, delivery)
  return delivery
}
