import {
  AttemptQuery,
  type AttemptRecord,
  attemptView,
  CancelAll,
  checkRecovered,
  DeliveryQuery,
  deliveryClosed,
  deliveryOpen,
  deliveryView,
  idOf,
  type PageInput,
  payloadExpired,
  Redeliver,
  RedeliverAll,
  readBody as readEvent,
  succeeded,
  webhookInactive,
  withoutBodies,
} from '@ainexlayer/webhooks-contract'
import type * as z from 'zod'
import { createEvent, planDelivery } from './deliver.ts'
import { isInTime, listPage, textOf } from './list-page.ts'
import {
  cancelDelivery,
  findDelivery,
  findWebhook,
  isOpen,
  type PlatformDelivery,
  type PlatformState,
} from './platform-state.ts'
import { type RawRequest, type Reply, type Route, readBody, readQuery } from './route.ts'

/** A delivery with its attempts, as the API shows it. */
export const deliveryWithAttempts = (delivery: PlatformDelivery) => ({
  ...deliveryView(delivery, false),
  attempts: delivery.attempts.map(attemptView),
})

const statusClassOf = ({ attemptCount, lastStatusCode }: PlatformDelivery): string | undefined => {
  if (lastStatusCode !== undefined) return `${Math.floor(lastStatusCode / 100)}xx`
  return attemptCount > 0 ? 'none' : undefined
}

/** Whether a text is in the id of a delivery, or in its event. */
const isFound = (state: PlatformState, { seq, eventId }: PlatformDelivery, search: string) =>
  idOf('delivery', seq).includes(search) ||
  eventId.includes(search) ||
  textOf(state.events.get(eventId)).includes(search)

const isListed = (
  state: PlatformState,
  delivery: PlatformDelivery,
  query: Omit<z.output<typeof DeliveryQuery>, keyof PageInput>,
): boolean => {
  const { status, webhookId, eventType, eventId, trigger, statusClass } = query
  return (
    // Nothing is ever `sending` here: an attempt is over as soon as it is made.
    (status === undefined || status.includes(delivery.status)) &&
    (webhookId ?? delivery.webhook) === delivery.webhook &&
    (eventType ?? delivery.eventType) === delivery.eventType &&
    (eventId ?? delivery.eventId) === delivery.eventId &&
    (trigger ?? delivery.trigger) === delivery.trigger &&
    (statusClass === undefined || statusClass === statusClassOf(delivery)) &&
    isInTime(delivery.createdAt, query) &&
    (query.search === undefined || isFound(state, delivery, query.search))
  )
}

const listDeliveries = (state: PlatformState, query: z.output<typeof DeliveryQuery>) => {
  const newestFirst = [...state.deliveries.values()].reverse()
  const listed = newestFirst.filter((each) => isListed(state, each, query))
  return listPage(
    listed,
    query,
    (each) => deliveryView(each, false),
    ({ seq }) => seq,
  )
}

const redeliver = (
  state: PlatformState,
  earlier: PlatformDelivery,
  asNewEvent: boolean,
): PlatformDelivery => {
  if (isOpen(earlier)) throw deliveryOpen()
  const webhook = state.webhooks.get(earlier.webhook)
  if (webhook?.active !== true) throw webhookInactive(webhook)
  const event = state.events.get(earlier.eventId)
  if (event?.body === undefined) throw payloadExpired()
  const { workspaceId } = event
  return planDelivery(state, {
    webhook,
    event: asNewEvent ? createEvent(state, { ...readEvent(event.body), workspaceId }) : event,
    trigger: 'redelivery',
    redeliveryOf: earlier.seq,
  })
}

const cancel = (state: PlatformState, id: string): PlatformDelivery => {
  const delivery = findDelivery(state, id)
  if (!isOpen(delivery)) throw deliveryClosed()
  return cancelDelivery(state, delivery)
}

/** Everything that fits a filter and has one of these states, oldest first. @throws Problem RANGE_TOO_LARGE */
const allOf = (
  state: PlatformState,
  filter: z.output<typeof RedeliverAll>['filter'],
  isWanted: (delivery: PlatformDelivery) => boolean,
): PlatformDelivery[] => {
  const found = [...state.deliveries.values()].filter(
    (each) => isWanted(each) && isListed(state, each, filter),
  )
  checkRecovered(found.length)
  return found
}

interface Listed {
  readonly attempt: AttemptRecord
  readonly delivery: PlatformDelivery
}

const listAttempts = (state: PlatformState, query: z.output<typeof AttemptQuery>): Reply => {
  const { webhookId, deliveryId, eventId, outcome, statusClass, include } = query
  const all = [...state.deliveries.values()]
    .flatMap((delivery) => delivery.attempts.map((attempt) => ({ attempt, delivery })))
    .filter(
      ({ attempt, delivery }) =>
        (webhookId ?? delivery.webhook) === delivery.webhook &&
        (deliveryId ?? delivery.seq) === delivery.seq &&
        (eventId ?? delivery.eventId) === delivery.eventId &&
        (outcome ?? attempt.outcome) === attempt.outcome &&
        (statusClass === undefined || statusClass === statusClassOf(delivery)) &&
        isInTime(attempt.startedAt, query),
    )
    .sort((a, b) => b.attempt.seq - a.attempt.seq)
  const view = ({ attempt, delivery }: Listed) => ({
    ...(include === 'body' ? attemptView(attempt) : withoutBodies(attemptView(attempt))),
    deliveryId: idOf('delivery', delivery.seq),
    webhookId: idOf('webhook', delivery.webhook),
    eventId: delivery.eventId,
    eventType: delivery.eventType,
  })
  return listPage(all, query, view, ({ attempt }) => attempt.seq)
}

const redeliverAll = (state: PlatformState, request: RawRequest): object => {
  const { filter, asNewEvent, dryRun } = readBody(RedeliverAll, request)
  const found = allOf(state, filter, (delivery) => !isOpen(delivery))
  const matched = found.length
  if (dryRun) return succeeded({ matched, queued: 0, skipped: 0 }, 'Nothing was sent')
  const sendable = found.filter(({ webhook }) => state.webhooks.get(webhook)?.active === true)
  for (const earlier of sendable) redeliver(state, earlier, asNewEvent)
  const [queued, skipped] = [sendable.length, matched - sendable.length]
  return succeeded({ matched, queued, skipped }, 'Deliveries queued')
}

const cancelAll = (state: PlatformState, request: RawRequest): object => {
  const { filter, dryRun } = readBody(CancelAll, request)
  const found = allOf(state, filter, isOpen)
  const matched = found.length
  if (dryRun) return succeeded({ matched, cancelled: 0 }, 'Nothing was cancelled')
  for (const delivery of found) cancelDelivery(state, delivery)
  return succeeded({ matched, cancelled: matched }, 'Deliveries cancelled')
}

/** The routes of the delivery log. */
export const deliveryRoutes = (state: PlatformState): Route[] => [
  {
    method: 'get',
    path: '/webhooks/:id/deliveries',
    answer: (request) => {
      const query = readQuery(DeliveryQuery, request)
      return listDeliveries(state, { ...query, webhookId: findWebhook(state, request.id).seq })
    },
  },
  {
    method: 'get',
    path: '/deliveries',
    answer: (request) => listDeliveries(state, readQuery(DeliveryQuery, request)),
  },
  {
    method: 'get',
    path: '/deliveries/:id',
    answer: ({ id }) => ({
      body: succeeded(deliveryWithAttempts(findDelivery(state, id)), 'Delivery'),
    }),
  },
  {
    method: 'post',
    path: '/deliveries/:id/redeliver',
    answer: (request) => {
      const { asNewEvent } = readBody(Redeliver, request)
      const planned = redeliver(state, findDelivery(state, request.id), asNewEvent)
      return { status: 202, body: succeeded(deliveryView(planned, false), 'Delivery queued') }
    },
  },
  {
    method: 'post',
    path: '/deliveries/redeliver',
    answer: (request) => ({ status: 202, body: redeliverAll(state, request) }),
  },
  {
    method: 'post',
    path: '/deliveries/cancel',
    answer: (request) => ({ body: cancelAll(state, request) }),
  },
  {
    method: 'get',
    path: '/attempts',
    answer: (request) => listAttempts(state, readQuery(AttemptQuery, request)),
  },
  {
    method: 'post',
    path: '/deliveries/:id/cancel',
    answer: ({ id }) => ({
      body: succeeded(deliveryView(cancel(state, id), false), 'Delivery cancelled'),
    }),
  },
]
