import {
  attemptView,
  CancelAllView,
  checkRecovered,
  DeliveryQuery,
  deliveryClosed,
  deliveryOpen,
  deliveryView,
  limits,
  notFound,
  numberIn,
  RedeliverAllView,
  type StoredStatus,
  succeeded,
  webhookInactive,
} from '@ainexlayer/webhooks-contract'
import { createRoute, type z } from '@hono/zod-openapi'
import {
  CancelAll,
  DeliveryParam,
  DeliveryView,
  DeliveryWithAttempts,
  Redeliver,
  RedeliverAll,
  WebhookParam,
} from '../api/components.ts'
import { type ApiContext, newRoutes, webhookByParam } from '../api/context.ts'
import { answerOf, bodyOf, ofPost, PostHeaders, pageOf, problems } from '../api/envelope.ts'
import { answeredOnce } from '../api/idempotency-key.ts'
import { redeliver, redeliverAll } from '../dispatch/redeliver.ts'
import { attemptsOf } from '../store/attempt-rows.ts'
import type { Db } from '../store/database.ts'
import { matching } from '../store/delivery-lists.ts'
import { cancelDelivery, findDelivery, type StoredDelivery } from '../store/delivery-rows.ts'
import { findEvent } from '../store/event-rows.ts'
import { inSteps } from '../store/steps.ts'
import { findWebhook } from '../store/webhook-rows.ts'
import { filterOf, listDeliveries } from './list-deliveries.ts'

/** Cancels deliveries one by one, in steps; returns how many were still open. */
function* cancelEach(
  db: Db,
  deliveries: readonly StoredDelivery[],
  now: number,
): Generator<undefined, number> {
  let cancelled = 0
  for (const { seq } of deliveries) {
    if (cancelDelivery(db, seq, now)) cancelled += 1
    yield
  }
  return cancelled
}

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
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks/{id}/deliveries',
      operationId: 'listWebhookDeliveries',
      summary: 'List the deliveries to a webhook',
      request: { params: WebhookParam, query: DeliveryQuery },
      responses: {
        200: pageOf(DeliveryView, 'A page of deliveries, newest first'),
        ...problems('NOT_FOUND'),
      },
    }),
    async (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      const query = c.req.valid('query')
      return c.json(await listDeliveries(api, { ...query, webhookId: seq }), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/deliveries',
      operationId: 'listDeliveries',
      summary: 'List all deliveries',
      request: { query: DeliveryQuery },
      responses: { 200: pageOf(DeliveryView, 'A page of deliveries, newest first'), ...problems() },
    }),
    async (c) => c.json(await listDeliveries(api, c.req.valid('query')), 200),
  )

  /** Everything that fits a filter and has one of these states. @throws Problem RANGE_TOO_LARGE */
  const allOf = async (
    filter: z.infer<typeof RedeliverAll>['filter'],
    states: readonly StoredStatus[],
  ): Promise<readonly StoredDelivery[]> => {
    const wanted = filterOf(filter, [])
    const statuses = states.filter((state) => filter.status?.includes(state) ?? true)
    if (statuses.length === 0) return []
    const most = limits.recover.deliveries + 1
    const found = await inSteps(matching(db, { ...wanted, statuses }, most))
    checkRecovered(found.length)
    return found.filter(({ seq }) => !dispatcher.isSending(seq))
  }

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/deliveries/redeliver',
      operationId: 'redeliverAll',
      summary: 'Send again everything that has ended and fits a filter; a dry run counts it',
      request: { headers: PostHeaders, body: bodyOf(RedeliverAll) },
      responses: {
        202: answerOf(RedeliverAllView, 'Queued'),
        ...problems(...ofPost, 'RANGE_TOO_LARGE'),
      },
    }),
    async (c) => {
      const { filter, asNewEvent, ratePerSecond, dryRun } = c.req.valid('json')
      const found = await allOf(filter, ['delivered', 'failed', 'cancelled'])
      const matched = found.length
      if (dryRun) {
        return c.json(succeeded({ matched, queued: 0, skipped: 0 }, 'Nothing was sent'), 202)
      }
      const now = clock.now()
      const result = await inSteps(
        redeliverAll(db, found, { trigger: 'redelivery', asNewEvent, now, ratePerSecond }),
      )
      dispatcher.wake()
      return c.json(succeeded({ matched, ...result }, 'Deliveries queued'), 202)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/deliveries/cancel',
      operationId: 'cancelAll',
      summary: 'Cancel everything that is open and fits a filter; a dry run counts it',
      request: { headers: PostHeaders, body: bodyOf(CancelAll) },
      responses: {
        200: answerOf(CancelAllView, 'Cancelled'),
        ...problems(...ofPost, 'RANGE_TOO_LARGE'),
      },
    }),
    async (c) => {
      const { filter, dryRun } = c.req.valid('json')
      const found = await allOf(filter, ['pending', 'retrying'])
      const matched = found.length
      if (dryRun) return c.json(succeeded({ matched, cancelled: 0 }, 'Nothing was cancelled'), 200)
      const cancelled = await inSteps(cancelEach(db, found, clock.now()))
      return c.json(succeeded({ matched, cancelled }, 'Deliveries cancelled'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/deliveries/{id}',
      operationId: 'getDelivery',
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
      operationId: 'redeliver',
      summary: 'Send an event again: the same id and bytes, a fresh timestamp and signature',
      request: { headers: PostHeaders, params: DeliveryParam, body: bodyOf(Redeliver) },
      responses: {
        202: answerOf(DeliveryView, 'The new delivery'),
        ...problems(...ofPost, 'NOT_FOUND', 'DELIVERY_OPEN', 'WEBHOOK_INACTIVE', 'PAYLOAD_EXPIRED'),
      },
    }),
    (c) => {
      const delivery = deliveryByParam(c.req.valid('param').id)
      const { asNewEvent } = c.req.valid('json')
      if (delivery.nextAttemptAt !== undefined || dispatcher.isSending(delivery.seq)) {
        throw deliveryOpen()
      }
      const webhook = findWebhook(db, delivery.webhook)
      if (webhook?.active !== true) throw webhookInactive(webhook)
      const answer = answeredOnce(db, c.req.raw, 202, () => {
        const options = { trigger: 'redelivery', asNewEvent, now: clock.now() } as const
        return succeeded(view(redeliver(db, delivery, webhook, options)), 'Delivery queued')
      })
      dispatcher.wake()
      return c.json(answer, 202)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/deliveries/{id}/cancel',
      operationId: 'cancelDelivery',
      summary: 'Cancel a delivery that is still open',
      request: { headers: PostHeaders, params: DeliveryParam },
      responses: {
        200: answerOf(DeliveryView, 'The delivery'),
        ...problems(...ofPost, 'NOT_FOUND', 'DELIVERY_CLOSED'),
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
