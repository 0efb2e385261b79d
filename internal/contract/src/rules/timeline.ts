import type * as z from 'zod'
import type { AttemptRecord } from '../shapes/attempt.ts'
import type { DeliveryRecord } from '../shapes/delivery.ts'
import type { EventRecord, TimelineEntryView } from '../shapes/event.ts'
import { idOf } from '../values/id.ts'
import { iso } from '../values/time.ts'

type Entry = z.output<typeof TimelineEntryView>

/** A delivery and its attempts. */
export interface DeliveryHistory {
  readonly delivery: DeliveryRecord
  readonly attempts: readonly AttemptRecord[]
}

const nothing = { attempt: null, statusCode: null, result: null }

const ofDelivery = ({ delivery, attempts }: DeliveryHistory): (readonly [at: number, Entry])[] => {
  const ids = {
    deliveryId: idOf('delivery', delivery.seq),
    webhookId: idOf('webhook', delivery.webhook),
  }
  const entry = (at: number, what: Entry['what'], more: Partial<Entry> = {}) =>
    [at, { at: iso(at), what, ...ids, ...nothing, ...more }] as const
  // By another clock than the sender's, an attempt may seem to end after its delivery.
  const settled = attempts.map(({ startedAt, durationMs }) => startedAt + durationMs)
  return [
    entry(delivery.createdAt, 'delivery.created'),
    ...attempts.flatMap((attempt) => [
      entry(attempt.startedAt, 'attempt.started', { attempt: attempt.number }),
      entry(attempt.startedAt + attempt.durationMs, 'attempt.settled', {
        attempt: attempt.number,
        statusCode: attempt.response?.statusCode ?? null,
        result: attempt.error?.code ?? attempt.outcome,
      }),
    ]),
    ...(delivery.completedAt === undefined
      ? []
      : [
          entry(Math.max(delivery.completedAt, ...settled), 'delivery.ended', {
            result: delivery.status,
          }),
        ]),
  ]
}

/** What happened to an event, in its order. */
export const timelineOf = (event: EventRecord, deliveries: readonly DeliveryHistory[]): Entry[] => {
  const emitted: Entry = {
    at: iso(event.createdAt),
    what: 'emitted',
    deliveryId: null,
    webhookId: null,
    ...nothing,
  }
  const order = ['delivery.created', 'attempt.started', 'attempt.settled', 'delivery.ended']
  const rest = deliveries
    .flatMap(ofDelivery)
    .sort(([a, one], [b, other]) => a - b || order.indexOf(one.what) - order.indexOf(other.what))
  return [emitted, ...rest.map(([, entry]) => entry)]
}
