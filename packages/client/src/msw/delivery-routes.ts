import {
  attemptView,
  DeliveryQuery,
  deliveryClosed,
  deliveryOpen,
  deliveryView,
  payloadExpired,
  Redeliver,
  readBody as readEvent,
  succeeded,
  webhookInactive,
} from '@ainexlayer/webhooks-contract'
import type * as z from 'zod'
import { createEvent, planDelivery } from './deliver.ts'
import { isInTime, listPage } from './list-page.ts'
import {
  cancelDelivery,
  findDelivery,
  findWebhook,
  isOpen,
  type PlatformDelivery,
  type PlatformState,
} from './platform-state.ts'
import { type RawRequest, type Route, readBody, readQuery } from './route.ts'

/** A delivery with its attempts, as the API shows it. */
export const deliveryWithAttempts = (delivery: PlatformDelivery) => ({
  ...deliveryView(delivery, false),
  attempts: delivery.attempts.map(attemptView),
})

const statusClassOf = ({ attemptCount, lastStatusCode }: PlatformDelivery): string | undefined => {
  if (lastStatusCode !== undefined) return `${Math.floor(lastStatusCode / 100)}xx`
  return attemptCount > 0 ? 'none' : undefined
}

const isListed = (delivery: PlatformDelivery, query: z.output<typeof DeliveryQuery>): boolean => {
  const { status, webhookId, eventType, eventId, trigger, statusClass } = query
  return (
    // Nothing is ever `sending` here: an attempt is over as soon as it is made.
    (status === undefined || status.includes(delivery.status)) &&
    (webhookId ?? delivery.webhook) === delivery.webhook &&
    (eventType ?? delivery.eventType) === delivery.eventType &&
    (eventId ?? delivery.eventId) === delivery.eventId &&
    (trigger ?? delivery.trigger) === delivery.trigger &&
    (statusClass === undefined || statusClass === statusClassOf(delivery)) &&
    isInTime(delivery.createdAt, query)
  )
}

const listDeliveries = (state: PlatformState, query: z.output<typeof DeliveryQuery>) => {
  const newestFirst = [...state.deliveries.values()].reverse()
  const listed = newestFirst.filter((each) => isListed(each, query))
  return listPage(
    listed.map((each) => deliveryView(each, false)),
    query,
  )
}

const redeliver = (state: PlatformState, request: RawRequest): PlatformDelivery => {
  const { asNewEvent } = readBody(Redeliver, request)
  const earlier = findDelivery(state, request.id)
  if (isOpen(earlier)) throw deliveryOpen()
  const webhook = state.webhooks.get(earlier.webhook)
  if (webhook?.active !== true) throw webhookInactive()
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
    answer: (request) => ({
      status: 202,
      body: succeeded(deliveryView(redeliver(state, request), false), 'Delivery queued'),
    }),
  },
  {
    method: 'post',
    path: '/deliveries/:id/cancel',
    answer: ({ id }) => ({
      body: succeeded(deliveryView(cancel(state, id), false), 'Delivery cancelled'),
    }),
  },
]
