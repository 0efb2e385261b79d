import { createHash } from 'node:crypto'
import type { LookupFunction } from 'node:net'
import { deliveryView, type Fault, idOf, isEventFault } from '@ainexlayer/webhooks-contract'
import { type Attempt, attemptDelivery } from '../delivery/attempt.ts'
import type { DueDelivery } from '../store/due.ts'
import type { secretsOf, Webhook } from '../store/webhook-rows.ts'
import { type SettleContext, settle, settleExpired } from './settle.ts'

/** What an attempt is made with. */
export interface AttemptContext extends SettleContext {
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number
  /** Resolves a host name; it gives out only addresses that may be connected to. */
  readonly lookup: LookupFunction
  /** Certificates of authorities that are trusted beside the system's own, in PEM. */
  readonly ca: readonly string[] | undefined
  /** Called with each unexpected error. */
  readonly onError: (error: unknown) => void
}

/** A delivery that is due, with what its next attempt needs. */
export interface Claim {
  readonly delivery: DueDelivery
  readonly webhook: Webhook
  readonly secrets: ReturnType<typeof secretsOf>
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
export const makeAttempt = async (context: AttemptContext, claim: Claim): Promise<void> => {
  const { clock, random } = context
  const { delivery, webhook, secrets } = claim
  const { body } = delivery
  if (body === undefined) return settleExpired(context, delivery)
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
  const made = await attemptDelivery({
    endpoint: {
      url: webhook.url,
      secrets: secrets.active.map(({ value }) => value),
      retiredSecrets: secrets.retired.map(({ value }) => value),
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
  await settle(context, { delivery, webhook, attempt, body })
}
