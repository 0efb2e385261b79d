import * as z from 'zod'
import { AttemptView } from './attempt.ts'
import { DeliveryView } from './delivery.ts'
import { EmittedView } from './event.ts'
import { DeletedWebhookView, WebhookView } from './webhook.ts'

/** The data of each event of the stream. Bodies are left out: they may be large. */
export const streamEvents = {
  'event.emitted': EmittedView.extend({ type: z.string(), workspaceId: z.string().nullable() }),
  'attempt.started': z.object({ delivery: DeliveryView, number: z.number() }),
  'attempt.settled': z.object({ delivery: DeliveryView, attempt: AttemptView }),
  'webhook.changed': WebhookView,
  'webhook.deleted': DeletedWebhookView,
  'webhook.disabled': WebhookView,
  'clock.moved': z.object({ now: z.string() }),
  'scenario.progressed': z.object({
    id: z.string(),
    name: z.string(),
    steps: z.number(),
    lastStep: z.string().nullable(),
    status: z.enum(['running', 'ended', 'failed']),
  }),
  'inbox.captured': z.object({ id: z.string() }),
  /** Events between the last one that was seen and this one are no longer kept: read the lists again. */
  'stream.gap': z.object({}),
} as const

/** The name of an event of the stream. */
export type StreamEventName = keyof typeof streamEvents

/** The data of an event of the stream. */
export type StreamData<Name extends StreamEventName> = z.output<(typeof streamEvents)[Name]>
