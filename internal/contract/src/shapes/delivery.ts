import * as z from 'zod'
import { idInput, idOf } from '../values/id.ts'
import { limits } from '../values/limits.ts'
import { iso, isoOrNull, timeInput } from '../values/time.ts'
import { type AttemptError, AttemptErrorView, AttemptView } from './attempt.ts'
import { PageQuery, statusClassInput } from './page.ts'

const statuses = ['pending', 'sending', 'retrying', 'delivered', 'failed', 'cancelled'] as const
const triggers = ['event', 'test', 'redelivery', 'recover'] as const

/** Where a delivery stands. */
export type DeliveryStatus = (typeof statuses)[number]

/** What caused a delivery. */
export type Trigger = (typeof triggers)[number]

/** Where a delivery stands, as it is stored: only a running sender knows which ones are being sent. */
export type StoredStatus = Exclude<DeliveryStatus, 'sending'>

/** Where a delivery stands after an attempt. Times are unix milliseconds. */
export interface DeliveryProgress {
  readonly status: StoredStatus
  readonly attemptCount: number
  readonly nextAttemptAt: number | undefined
  readonly lastStatusCode: number | undefined
  readonly lastError: AttemptError | undefined
  readonly completedAt: number | undefined
}

/** A delivery of one event to one webhook. Times are unix milliseconds. */
export interface DeliveryRecord extends DeliveryProgress {
  readonly seq: number
  /** The number of the webhook. */
  readonly webhook: number
  readonly eventId: string
  readonly eventType: string
  readonly trigger: Trigger
  /** The number of the delivery that this one repeats. */
  readonly redeliveryOf: number | undefined
  readonly maxAttempts: number
  readonly createdAt: number
}

/** The states of a delivery that has not ended, as they are stored. */
export const openStatuses = ['pending', 'retrying'] as const satisfies readonly StoredStatus[]

/** Whether a delivery may still be sent. */
export const isOpenStatus = (status: StoredStatus): boolean =>
  openStatuses.some((open) => open === status)

const filter = {
  webhookId: idInput('webhook'),
  eventType: z.string().optional(),
  eventId: z.string().optional(),
  trigger: z.enum(triggers).optional(),
  statusClass: statusClassInput,
  before: timeInput.optional(),
  after: timeInput.optional(),
  /** A part of the delivery's id, the event's id, or the event's body. */
  search: z.string().min(1).max(limits.searchCharacters).optional(),
}

/** What a list of deliveries may be narrowed by. */
export const DeliveryQuery = PageQuery.extend({
  ...filter,
  status: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(statuses)))
    .optional(),
})

const DeliveryFilter = z
  .object({ ...filter, status: z.array(z.enum(statuses)).min(1).optional() })
  .strict()

/** The body of a redelivery of everything that fits a filter. */
export const RedeliverAll = z
  .object({
    filter: DeliveryFilter,
    asNewEvent: z.boolean().default(false),
    ratePerSecond: z
      .number()
      .min(limits.recover.ratePerSecond.min)
      .max(limits.recover.ratePerSecond.max)
      .default(limits.recover.ratePerSecond.default),
    dryRun: z.boolean().default(false),
  })
  .strict()

/** The body of a cancellation of everything that fits a filter. */
export const CancelAll = z
  .object({ filter: DeliveryFilter, dryRun: z.boolean().default(false) })
  .strict()

/** The result of a redelivery by filter in an answer. */
export const RedeliverAllView = z.object({
  /** The deliveries that have ended and fit. */
  matched: z.number(),
  queued: z.number(),
  /** Those whose webhook is inactive or deleted, or whose bytes are no longer kept. */
  skipped: z.number(),
})

/** The result of a cancellation by filter in an answer. */
export const CancelAllView = z.object({ matched: z.number(), cancelled: z.number() })

/** The body of a redelivery. */
export const Redeliver = z.object({ asNewEvent: z.boolean().default(false) }).strict()

/** A delivery in an answer. */
export const DeliveryView = z.object({
  id: z.string(),
  webhookId: z.string(),
  eventId: z.string(),
  eventType: z.string(),
  status: z.enum(statuses),
  trigger: z.enum(triggers),
  redeliveryOf: z.string().optional(),
  attemptCount: z.number(),
  maxAttempts: z.number(),
  nextAttemptAt: z.string().nullable(),
  lastStatusCode: z.number().nullable(),
  lastError: AttemptErrorView.nullable(),
  createdAt: z.string(),
  completedAt: z.string().nullable(),
})

/** A delivery with its attempts in an answer. */
export const DeliveryWithAttempts = DeliveryView.extend({ attempts: z.array(AttemptView) })

/** A delivery as the API shows it. */
export const deliveryView = (
  delivery: DeliveryRecord,
  isSending: boolean,
): z.output<typeof DeliveryView> => ({
  id: idOf('delivery', delivery.seq),
  webhookId: idOf('webhook', delivery.webhook),
  eventId: delivery.eventId,
  eventType: delivery.eventType,
  status: isSending && isOpenStatus(delivery.status) ? 'sending' : delivery.status,
  trigger: delivery.trigger,
  ...(delivery.redeliveryOf !== undefined && {
    redeliveryOf: idOf('delivery', delivery.redeliveryOf),
  }),
  attemptCount: delivery.attemptCount,
  maxAttempts: delivery.maxAttempts,
  nextAttemptAt: isoOrNull(delivery.nextAttemptAt),
  lastStatusCode: delivery.lastStatusCode ?? null,
  lastError: delivery.lastError ?? null,
  createdAt: iso(delivery.createdAt),
  completedAt: isoOrNull(delivery.completedAt),
})
