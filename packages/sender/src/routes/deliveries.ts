import {
  attemptView,
  DeliveryQuery,
  deliveryClosed,
  deliveryOpen,
  deliveryView,
  notFound,
  numberIn,
  type PageInput,
  paged,
  succeeded,
  unixMs,
  webhookInactive,
} from '@ainexlayer/webhooks-contract'
import { createRoute, type z } from '@hono/zod-openapi'
import {
  DeliveryParam,
  DeliveryView,
  DeliveryWithAttempts,
  Redeliver,
  WebhookParam,
} from '../api/components.ts'
import { type ApiContext, newRoutes, webhookByParam } from '../api/context.ts'
import { answerOf, bodyOf, pageOf, problems } from '../api/envelope.ts'
import { redeliver } from '../dispatch/redeliver.ts'
import { attemptsOf } from '../store/attempt-rows.ts'
import {
  cancelDelivery,
  type DeliveryFilter,
  findDelivery,
  pageOfDeliveries,
  type StoredDelivery,
} from '../store/delivery-rows.ts'
import { findEvent } from '../store/event-rows.ts'
import { findWebhook } from '../store/webhook-rows.ts'

/** The filter of a query. */
const filterOf = (
  query: z.infer<typeof DeliveryQuery>,
  sending: readonly number[],
): DeliveryFilter => ({
  webhook: query.webhookId,
  statuses: query.status,
  sending,
  eventType: query.eventType,
  eventId: query.eventId,
  trigger: query.trigger,
  statusClass:
    query.statusClass === undefined || query.statusClass === 'none'
      ? query.statusClass
      : Number(query.statusClass[0]),
  before: unixMs(query.before),
  after: unixMs(query.after),
})

/** The delivery logs: list, read, redeliver, cancel. */
export const deliveryRoutes = (api: ApiContext) => {
  const { db, clock, dispatcher } = api
  const view = (delivery: StoredDelivery) =>
    deliveryView(delivery, dispatcher.isSending(delivery.seq))
  const deliveryByParam = (id: string): StoredDelivery => {
    const seq = numberIn('delivery', id)
    const found = seq === undefined ? undefined : findDelivery(db, seq)
    if (found === undefined) throw notFound('delivery', id)
    return found
  }
  const list = (filter: DeliveryFilter, page: PageInput) => {
    const { items, total } = pageOfDeliveries(db, filter, page)
    return paged(items.map(view), page, total)
  }
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks/{id}/deliveries',
      summary: 'List the deliveries to a webhook',
      request: { params: WebhookParam, query: DeliveryQuery },
      responses: {
        200: pageOf(DeliveryView, 'A page of deliveries, newest first'),
        ...problems('NOT_FOUND'),
      },
    }),
    (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      const query = c.req.valid('query')
      return c.json(list({ ...filterOf(query, dispatcher.sendingNow()), webhook: seq }, query), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/deliveries',
      summary: 'List all deliveries',
      request: { query: DeliveryQuery },
      responses: { 200: pageOf(DeliveryView, 'A page of deliveries, newest first'), ...problems() },
    }),
    (c) => {
      const query = c.req.valid('query')
      return c.json(list(filterOf(query, dispatcher.sendingNow()), query), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/deliveries/{id}',
      summary: 'Read a delivery with its attempts',
      request: { params: DeliveryParam },
      responses: {
        200: answerOf(DeliveryWithAttempts, 'The delivery'),
        ...problems('NOT_FOUND'),
      },
    }),
    (c) => {
      const delivery = deliveryByParam(c.req.valid('param').id)
      const body = findEvent(db, delivery.event)?.body
      const attempts = attemptsOf(db, delivery.seq, body).map(attemptView)
      return c.json(succeeded({ ...view(delivery), attempts }, 'Delivery'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/deliveries/{id}/redeliver',
      summary: 'Send an event again: the same id and bytes, a fresh timestamp and signature',
      request: { params: DeliveryParam, body: bodyOf(Redeliver) },
      responses: {
        202: answerOf(DeliveryView, 'The new delivery'),
        ...problems('NOT_FOUND', 'DELIVERY_OPEN', 'WEBHOOK_INACTIVE', 'PAYLOAD_EXPIRED'),
      },
    }),
    (c) => {
      const delivery = deliveryByParam(c.req.valid('param').id)
      const { asNewEvent } = c.req.valid('json')
      if (delivery.nextAttemptAt !== undefined || dispatcher.isSending(delivery.seq)) {
        throw deliveryOpen()
      }
      const webhook = findWebhook(db, delivery.webhook)
      if (webhook?.active !== true) throw webhookInactive()
      const planned = redeliver(db, delivery, webhook, {
        trigger: 'redelivery',
        asNewEvent,
        now: clock.now(),
      })
      dispatcher.wake()
      return c.json(succeeded(view(planned), 'Delivery queued'), 202)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/deliveries/{id}/cancel',
      summary: 'Cancel a delivery that is still open',
      request: { params: DeliveryParam },
      responses: {
        200: answerOf(DeliveryView, 'The delivery'),
        ...problems('NOT_FOUND', 'DELIVERY_CLOSED'),
      },
    }),
    (c) => {
      const { id } = c.req.valid('param')
      if (!cancelDelivery(db, deliveryByParam(id).seq, clock.now())) {
        throw deliveryClosed()
      }
      return c.json(succeeded(view(deliveryByParam(id)), 'Delivery cancelled'), 200)
    },
  )

  return routes
}
