import {
  disabledEvent,
  exhaustedEvent,
  iso,
  type OperationalEvent,
  webhookView,
} from '@ainexlayer/webhooks-contract'
import { createMessage } from '../message/message.ts'
import type { StoredDelivery } from '../store/delivery-rows.ts'
import { secretsOf, type Webhook } from '../store/webhook-rows.ts'
import { type EmitContext, planEvent } from './emit.ts'

type Context = Omit<EmitContext, 'dev'>

const tell = (context: Context, { type, data }: OperationalEvent): void => {
  planEvent(context, createMessage({ type, data, timestamp: iso(context.now) }))
}

/** Emits `webhook.disabled` to who subscribes to it by name. */
export const tellDisabled = (context: Context, webhook: Webhook): void => {
  const { active } = secretsOf(context.db, webhook.seq, context.now)
  tell(context, disabledEvent(webhookView(webhook, active)))
}

/** Emits `delivery.exhausted` to who subscribes to it by name. */
export const tellExhausted = (context: Context, delivery: StoredDelivery): void => {
  const event = exhaustedEvent(delivery)
  if (event !== undefined) tell(context, event)
}
