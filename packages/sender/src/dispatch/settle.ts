import {
  attemptView,
  deliveryView,
  expired,
  settleAttempt,
  webhookView,
  withoutBodies,
} from '@ainexlayer/webhooks-contract'
import type { Attempt } from '../delivery/attempt.ts'
import type { Clock } from '../delivery/clock.ts'
import { insertAttempt } from '../store/attempt-rows.ts'
import type { Db } from '../store/database.ts'
import {
  cancelDeliveriesOf,
  findDelivery,
  type StoredDelivery,
  writeProgress,
} from '../store/delivery-rows.ts'
import type { GroupCommit } from '../store/group-commit.ts'
import { inSteps } from '../store/steps.ts'
import {
  disableWebhook,
  findWebhook,
  secretsOf,
  type Webhook,
  writeHealth,
} from '../store/webhook-rows.ts'
import type { EventStream } from '../stream/event-stream.ts'
import { type HeldBack, heldBack } from '../stream/held-back.ts'
import { tellDisabled, tellExhausted } from './operational.ts'
import type { UntilStored } from './until-stored.ts'

/** What attempts are settled with. */
export interface SettleContext {
  readonly db: Db
  readonly commit: GroupCommit
  readonly clock: Clock
  readonly random: () => number
  readonly stream: EventStream
  readonly untilStored: UntilStored
}

/** An attempt that was made. */
export interface Made {
  readonly delivery: StoredDelivery
  readonly webhook: Webhook
  readonly attempt: Attempt
  /** The bytes of the event. */
  readonly body: Uint8Array
}

/** Stores an attempt and what follows from it; returns its number, and the webhook if it was disabled. */
const store = (
  { db, clock, random }: SettleContext,
  { delivery, webhook, attempt, body }: Made,
  stream: HeldBack,
): { readonly seq: number; readonly disabled: Webhook | undefined } => {
  const now = clock.now()
  const context = { db, now, random, stream }
  // The endpoint may have been changed or deleted while the attempt was under way.
  const current = findWebhook(db, webhook.seq)
  const settled = settleAttempt(current ?? webhook, delivery, attempt, now, random)
  const seq = insertAttempt(db, delivery, attempt, body)
  writeProgress(db, delivery.seq, settled.progress)
  if (settled.progress.status === 'failed') {
    const after = findDelivery(db, delivery.seq)
    // It may have been cancelled meanwhile.
    if (after?.status === 'failed') tellExhausted(context, after)
  }
  if (current === undefined) return { seq, disabled: undefined }
  writeHealth(db, webhook.seq, settled.health)
  if (settled.disable === undefined || !current.active) return { seq, disabled: undefined }
  disableWebhook(db, webhook.seq, settled.disable, now)
  const disabled = findWebhook(db, webhook.seq)
  if (disabled !== undefined) tellDisabled(context, disabled)
  return { seq, disabled }
}

/** Stores an attempt and what follows from it, together with others; resolves once it is stored. */
export const settle = async (context: SettleContext, made: Made): Promise<void> => {
  const { db, clock, stream } = context
  const { delivery, attempt } = made
  const { held, seq, disabled } = await context.untilStored(() =>
    context.commit.add(() => {
      const held = heldBack(stream)
      return { held, ...store(context, made, held) }
    }),
  )
  held.tell()
  stream.publish('attempt.settled', () => ({
    delivery: deliveryView(findDelivery(db, delivery.seq) ?? delivery, false),
    attempt: withoutBodies(attemptView({ ...attempt, seq })),
  }))
  if (disabled === undefined) return
  stream.publish('webhook.disabled', () =>
    webhookView(disabled, secretsOf(db, disabled.seq, clock.now()).active),
  )
  await inSteps(cancelDeliveriesOf(db, disabled.seq, clock.now()))
}

/** Ends a delivery whose event has no bytes any more. */
export const settleExpired = async (
  context: SettleContext,
  delivery: StoredDelivery,
): Promise<void> => {
  const { db, commit, clock, random, stream, untilStored } = context
  const held = await untilStored(() =>
    commit.add(() => {
      const now = clock.now()
      const held = heldBack(stream)
      writeProgress(db, delivery.seq, expired(delivery, now))
      tellExhausted({ db, now, random, stream: held }, findDelivery(db, delivery.seq) ?? delivery)
      return held
    }),
  )
  held.tell()
}
