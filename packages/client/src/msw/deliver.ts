import {
  type AttemptRecord,
  type AttemptResult,
  activeSecrets,
  disabledEvent,
  type EventRecord,
  exhaustedEvent,
  firstDelayMs,
  iso,
  settleAttempt,
  skipReason,
  statusError,
  type Trigger,
  webhookView,
} from '@ainexlayer/webhooks-contract'
import {
  cancelDeliveriesOf,
  type PlatformDelivery,
  type PlatformState,
  type PlatformWebhook,
} from './platform-state.ts'

const noJitter = () => 0.5

/** How long every imitated attempt takes, in milliseconds. */
export const attemptMs = 12

/** The fields of a new event. */
export interface NewEvent {
  readonly type: string
  readonly data: unknown
  readonly id?: string | undefined
  readonly timestamp?: string | undefined
  readonly workspaceId?: string | undefined
}

const newEventId = (state: PlatformState): string => {
  const id = `msg_${state.nextNumber('event')}`
  // A test may have given an event such an id itself.
  return state.events.has(id) ? newEventId(state) : id
}

/** A new event with the bytes that its deliveries send; it is not stored yet. */
export const createEvent = (state: PlatformState, input: NewEvent): EventRecord => {
  const { type, data, workspaceId, timestamp = iso(state.now()) } = input
  const id = input.id ?? newEventId(state)
  const body = new TextEncoder().encode(JSON.stringify({ id, type, timestamp, data }))
  return { id, type, workspaceId, body, createdAt: state.now() }
}

/** The fields of a new delivery. */
export interface NewDelivery {
  readonly webhook: PlatformWebhook
  readonly event: EventRecord
  readonly trigger: Trigger
  readonly redeliveryOf?: number
}

/** Plans a delivery: its one attempt is made by {@link attemptDelivery}. */
export const planDelivery = (
  state: PlatformState,
  { webhook, event, trigger, redeliveryOf }: NewDelivery,
): PlatformDelivery => {
  state.events.set(event.id, event)
  const delivery: PlatformDelivery = {
    seq: state.nextNumber('delivery'),
    webhook: webhook.seq,
    eventId: event.id,
    eventType: event.type,
    status: 'pending',
    trigger,
    redeliveryOf,
    attemptCount: 0,
    maxAttempts: trigger === 'test' ? 1 : webhook.retry.delaysSeconds.length,
    nextAttemptAt:
      trigger === 'test'
        ? undefined
        : state.now() + (trigger === 'event' ? firstDelayMs(webhook.retry, noJitter) : 0),
    lastStatusCode: undefined,
    lastError: undefined,
    createdAt: state.now(),
    completedAt: undefined,
    attempts: [],
  }
  state.deliveries.set(delivery.seq, delivery)
  return delivery
}

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const resultOf = (statusCode: number): AttemptResult => {
  const response = {
    statusCode,
    headers: {},
    body: '',
    bodyEncoding: 'utf8',
    truncated: false,
  } as const
  return statusCode >= 200 && statusCode < 300
    ? { outcome: 'delivered', response }
    : { outcome: 'failed', response, error: statusError(statusCode) }
}

const recordAttempt = async (
  state: PlatformState,
  webhook: PlatformWebhook,
  { eventId, eventType, seq }: PlatformDelivery,
  result: AttemptResult,
): Promise<AttemptRecord> => {
  const startedAt = state.now()
  const timestamp = String(Math.floor(startedAt / 1000))
  const body = Uint8Array.from(state.events.get(eventId)?.body ?? [])
  return {
    ...result,
    seq: state.nextNumber('attempt'),
    number: 1,
    startedAt,
    durationMs: attemptMs,
    url: webhook.url,
    request: {
      headers: {
        'content-type': 'application/json',
        'user-agent': 'AINexLayer-Webhooks (imitated)',
        'webhook-id': eventId,
        'webhook-timestamp': timestamp,
        'webhook-signature': '[redacted]',
        'x-ainexlayer-event': eventType,
        'x-ainexlayer-attempt': '1',
        'x-ainexlayer-delivery': `delivery-${seq}`,
        ...Object.fromEntries(Object.keys(webhook.headers).map((name) => [name, '[redacted]'])),
      },
      body,
      bodySha256: await sha256(body),
      bytes: body.length,
      signed: { prefix: `${eventId}.${timestamp}.`, body },
    },
    faults: [],
  }
}

/** Emits an event about the platform itself to who subscribes to it by name. */
const tell = (state: PlatformState, input: NewEvent | undefined): void => {
  if (input === undefined) return
  const event = createEvent(state, input)
  state.events.set(event.id, event)
  for (const webhook of state.webhooks.values()) {
    if (skipReason(webhook, event.type, undefined) === undefined) {
      planDelivery(state, { webhook, event, trigger: 'event' })
    }
  }
}

/** Makes the one imitated attempt of a delivery, and what follows from it. */
export const attemptDelivery = async (
  state: PlatformState,
  delivery: PlatformDelivery,
): Promise<PlatformDelivery> => {
  const webhook = state.webhooks.get(delivery.webhook)
  if (webhook === undefined) return delivery
  const result = resultOf(state.endpointStatus({ url: webhook.url, eventType: delivery.eventType }))
  const attempt = await recordAttempt(state, webhook, delivery, result)
  const now = state.now()
  const { progress, health, disable } = settleAttempt(webhook, delivery, result, now, noJitter)
  const attempted = { ...delivery, ...progress, attempts: [attempt] }
  state.deliveries.set(delivery.seq, attempted)
  const disabled = disable !== undefined && webhook.active
  state.webhooks.set(webhook.seq, {
    ...webhook,
    health,
    ...(disabled && { active: false, disabledReason: disable, disabledAt: now }),
  })
  if (attempted.status === 'failed') tell(state, exhaustedEvent(attempted))
  if (disabled) {
    const { secrets } = webhook
    const current = state.webhooks.get(webhook.seq) ?? webhook
    tell(state, disabledEvent(webhookView(current, activeSecrets(secrets, now))))
    cancelDeliveriesOf(state, webhook.seq)
  }
  return attempted
}

/** Makes the attempt of every delivery that was planned. */
export const attemptPlanned = async (state: PlatformState): Promise<void> => {
  for (const { seq } of [...state.deliveries.values()]) {
    // Read anew: an attempt before this one may have cancelled it.
    const delivery = state.deliveries.get(seq)
    const isDue = (delivery?.nextAttemptAt ?? 0) <= state.now()
    if (delivery?.status === 'pending' && isDue) await attemptDelivery(state, delivery)
  }
}
