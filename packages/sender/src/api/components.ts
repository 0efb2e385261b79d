import * as contract from '@ainexlayer/webhooks-contract'
import { z } from '@hono/zod-openapi'

/** A copy of a schema of the contract, with its name in the OpenAPI document. */
const named = <Schema extends z.ZodType>(name: string, schema: Schema): Schema =>
  // The contract's schemas may be older than hono's extension of zod; a copy has `openapi`.
  schema.clone().openapi(name)

const idIn = (example: string) =>
  z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' }, example }) })

/** An id in a path. Any text is allowed: an id of another form is answered 404. */
export const WebhookParam = idIn('webhook-1')
export const DeliveryParam = idIn('delivery-1')
export const EventParam = idIn('msg_1')
export const RunParam = idIn('run-1')
export const CapturedParam = idIn('captured-1')

export const CreateWebhook = named('CreateWebhook', contract.CreateWebhook)
export const UpdateWebhook = named('UpdateWebhook', contract.UpdateWebhook)
export const RotateSecret = named('RotateSecret', contract.RotateSecret)
export const TestWebhook = named('TestWebhook', contract.TestWebhook)
export const EmitEvent = named('EmitEvent', contract.EmitEvent)
export const Redeliver = named('Redeliver', contract.Redeliver)
export const Recover = named('Recover', contract.Recover)
export const RedeliverAll = named('RedeliverAll', contract.RedeliverAll)
export const CancelAll = named('CancelAll', contract.CancelAll)
export const EmitBody = contract.EmitBody.clone().openapi('EmitBody', {
  oneOf: [
    { $ref: '#/components/schemas/EmitEvent' },
    {
      type: 'array',
      items: { $ref: '#/components/schemas/EmitEvent' },
      minItems: 1,
      maxItems: contract.limits.eventsAtOnce,
    },
  ],
})

export const WebhookView = named('Webhook', contract.WebhookView)
export const WebhookWithSecret = named('WebhookWithSecret', contract.WebhookWithSecret)
export const DeliveryView = named('Delivery', contract.DeliveryView)
export const AttemptView = named('Attempt', contract.AttemptView)
export const DeliveryWithAttempts = named(
  'DeliveryWithAttempts',
  contract.DeliveryWithAttempts.extend({ attempts: z.array(AttemptView) }),
)
export const EventView = named('Event', contract.EventView)
export const EmittedView = named('Emitted', contract.EmittedView)
export const EmitResultView = named('EmitResult', contract.EmitResultView)
export const EventTypeView = named('EventType', contract.EventTypeView)
export const ListedAttemptView = named('ListedAttempt', contract.ListedAttemptView)
export const TimelineEntryView = named('TimelineEntry', contract.TimelineEntryView)
export const StatsView = named('Stats', contract.StatsView)
export const ProblemView = named('Error', contract.ProblemView)
