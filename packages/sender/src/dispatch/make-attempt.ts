import { createHash } from 'node:crypto'
import type { LookupFunction } from 'node:net'
import {
  attemptView,
  deliveryView,
  expired,
  type Fault,
  idOf,
  isEventFault,
  settleAttempt,
  webhookView,
  withoutBodies,
} from '@ainexlayer/webhooks-contract'
import { type Attempt, attemptDelivery } from '../delivery/attempt.ts'
import type { Clock } from '../delivery/clock.ts'
import { insertAttempt } from '../store/attempt-rows.ts'
import type { Db } from '../store/database.ts'
import {
  cancelDeliveriesOf,
  findDelivery,
  type StoredDelivery,
  writeProgress,
} from '../store/delivery-rows.ts'
import { findEvent } from '../store/event-rows.ts'
import { inSteps } from '../store/steps.ts'
import {
  disableWebhook,
  findWebhook,
  secretsOf,
  type Webhook,
  writeHealth,
} from '../store/webhook-rows.ts'
import type { EventStream } from '../stream/event-stream.ts'
import { tellDisabled, tellExhausted } from './operational.ts'

/** What an attempt is made with. */
export interface AttemptContext {
  readonly db: Db
  readonly clock: Clock
  readonly random: () => number
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number
  /** Resolves a host name; it gives out only addresses that may be connected to. */
  readonly lookup: LookupFunction
  /** Certificates of authorities that are trusted beside the system's own, in PEM. */
  readonly ca: readonly string[] | undefined
  readonly stream: EventStream
  /** Called with each unexpected error. */
  readonly onError: (error: unknown) => void
}

/** The record of an attempt that this sender could not make: it counts, so that it ends some day. */
const brokenAttempt = (
  error: unknown,
  {
    url,
    number,
    startedAt,
    body,
  }: Pick<Attempt, 'url' | 'number' | 'startedAt'> & { body: Uint8Array },
): Attempt => ({
  number,
  startedAt,
  durationMs: 0,
  url,
  request: {
    headers: {},
    body,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    bytes: body.length,
    signed: { prefix: '', body },
  },
  error: {
    code: 'sender_error',
    message: error instanceof Error ? error.message : String(error),
  },
  outcome: 'failed',
  faults: [],
})

/** Makes one attempt of a delivery and stores what follows from it. */
export const makeAttempt = async (
  context: AttemptContext,
  delivery: StoredDelivery,
  webhook: Webhook,
): Promise<void> => {
  const { db, clock, random } = context
  const body = findEvent(db, delivery.event)?.body
  if (body === undefined) {
    const now = clock.now()
    writeProgress(db, delivery.seq, expired(delivery, now))
    tellExhausted({ ...context, now }, findDelivery(db, delivery.seq) ?? delivery)
    return
  }
  const number = delivery.attemptCount + 1
  const startedAt = clock.now()
  const faults: readonly Fault[] = [
    ...delivery.faults,
    ...webhook.faults.filter(({ probability }) => random() < probability).map(({ fault }) => fault),
  ]
  context.stream.publish('attempt.started', () => ({
    delivery: deliveryView(delivery, true),
    number,
  }))
  const { active, retired } = secretsOf(db, webhook.seq, startedAt)
  const made = await attemptDelivery({
    endpoint: {
      url: webhook.url,
      secrets: active.map(({ value }) => value),
      retiredSecrets: retired.map(({ value }) => value),
      headers: webhook.headers,
      profile: webhook.profile,
      ...(context.ca && { ca: context.ca }),
    },
    message: { id: delivery.eventId, type: delivery.eventType, body },
    number,
    deliveryId: idOf('delivery', delivery.seq),
    timeoutMs: context.timeoutMs,
    clock,
    faults: faults.filter((fault) => !isEventFault(fault)),
    lookup: context.lookup,
  }).catch((error: unknown) => {
    context.onError(error)
    return brokenAttempt(error, { url: webhook.url, number, startedAt, body })
  })
  // These happened before: the event was held back, or is one of a flood.
  const attempt = { ...made, faults: [...faults.filter(isEventFault), ...made.faults] }
  const { stored, disabled } = db.transaction(() => {
    const now = clock.now()
    // The endpoint may have been changed or deleted while the attempt was under way.
    const current = findWebhook(db, webhook.seq)
    const settled = settleAttempt(current ?? webhook, delivery, attempt, now, random)
    const seq = insertAttempt(db, delivery.seq, attempt, body)
    writeProgress(db, delivery.seq, settled.progress)
    const stored = { ...attempt, seq }
    const after = findDelivery(db, delivery.seq) ?? delivery
    if (after.status === 'failed') tellExhausted({ ...context, now }, after)
    if (current === undefined) return { stored, disabled: undefined }
    writeHealth(db, webhook.seq, settled.health)
    if (settled.disable === undefined || !current.active) return { stored, disabled: undefined }
    disableWebhook(db, webhook.seq, settled.disable, now)
    const disabled = findWebhook(db, webhook.seq)
    if (disabled !== undefined) tellDisabled({ ...context, now }, disabled)
    return { stored, disabled }
  })
  context.stream.publish('attempt.settled', () => ({
    delivery: deliveryView(findDelivery(db, delivery.seq) ?? delivery, false),
    attempt: withoutBodies(attemptView(stored)),
  }))
  if (disabled === undefined) return
  context.stream.publish('webhook.disabled', () =>
    webhookView(disabled, secretsOf(db, disabled.seq, clock.now()).active),
  )
  await inSteps(cancelDeliveriesOf(db, disabled.seq, clock.now()))
}
