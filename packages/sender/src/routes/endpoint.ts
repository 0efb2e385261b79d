import {
  attemptView,
  checkRecovered,
  deliveryView,
  idOf,
  iso,
  limits,
  Problem,
  RecoverView,
  recoverSpan,
  StatsQuery,
  statsSpan,
  succeeded,
  testEvent,
  webhookInactive,
} from '@ainexlayer/webhooks-contract'
import { createRoute } from '@hono/zod-openapi'
import {
  DeliveryWithAttempts,
  Recover,
  StatsView,
  TestWebhook,
  WebhookParam,
} from '../api/components.ts'
import { type ApiContext, newRoutes, webhookByParam } from '../api/context.ts'
import { answerOf, bodyOf, ofPost, PostHeaders, problems } from '../api/envelope.ts'
import { redeliverAll } from '../dispatch/redeliver.ts'
import { createMessage } from '../message/message.ts'
import { attemptsOf } from '../store/attempt-rows.ts'
import { recoverable } from '../store/delivery-lists.ts'
import { findDelivery, insertDelivery } from '../store/delivery-rows.ts'
import { insertEvent } from '../store/event-rows.ts'
import { statsOf } from '../store/stats.ts'
import { inSteps } from '../store/steps.ts'

/** The operations on one endpoint: a test, its statistics, and a recovery after an outage. */
export const endpointRoutes = (api: ApiContext) => {
  const { db, clock, dispatcher } = api
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/test',
      operationId: 'testWebhook',
      summary: 'Send one event at once, without retries, even while the webhook is inactive',
      request: { headers: PostHeaders, params: WebhookParam, body: bodyOf(TestWebhook) },
      responses: {
        200: answerOf(
          DeliveryWithAttempts,
          'The test ran: whether the endpoint took it is in `data.status`',
        ),
        ...problems(...ofPost, 'UNKNOWN_EVENT_TYPE', 'NOT_FOUND'),
      },
    }),
    async (c) => {
      const webhook = webhookByParam(api, c.req.valid('param').id)
      const message = createMessage({
        ...testEvent(idOf('webhook', webhook.seq), c.req.valid('json')),
        timestamp: iso(clock.now()),
      })
      const seq = db.transaction(() =>
        insertDelivery(
          db,
          {
            webhook: webhook.seq,
            event: insertEvent(db, message, undefined, clock.now()),
            eventType: message.type,
            trigger: 'test',
            maxAttempts: 1,
            nextAttemptAt: undefined,
          },
          clock.now(),
        ),
      )
      const planned = findDelivery(db, seq)
      if (planned !== undefined) await dispatcher.attemptNow(planned, webhook)
      const delivery = findDelivery(db, seq)
      if (delivery === undefined) {
        throw new Problem('INTERNAL_ERROR', 'The delivery of the test is not in the log.')
      }
      const view = {
        ...deliveryView(delivery, dispatcher.isSending(seq)),
        attempts: attemptsOf(db, seq, message.body).map(attemptView),
      }
      return c.json(succeeded(view, `Test ${delivery.status}`), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks/{id}/stats',
      operationId: 'getWebhookStats',
      summary: 'Count the deliveries to a webhook; at most 28 days, by default the last 7',
      request: { params: WebhookParam, query: StatsQuery },
      responses: {
        200: answerOf(StatsView, 'The statistics'),
        ...problems('INVALID_RANGE', 'NOT_FOUND'),
      },
    }),
    (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      const { bucket, ...input } = c.req.valid('query')
      const span = statsSpan(input, clock.now())
      return c.json(succeeded(statsOf(db, seq, span, bucket), 'Statistics'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/recover',
      operationId: 'recoverWebhook',
      summary:
        'Send again the deliveries that failed since a time, except events that were delivered later',
      request: { headers: PostHeaders, params: WebhookParam, body: bodyOf(Recover) },
      responses: {
        202: answerOf(RecoverView, 'Queued'),
        ...problems(...ofPost, 'RANGE_TOO_LARGE', 'INVALID_RANGE', 'NOT_FOUND', 'WEBHOOK_INACTIVE'),
      },
    }),
    async (c) => {
      const webhook = webhookByParam(api, c.req.valid('param').id)
      const { since, until, eventTypes, status, ratePerSecond, dryRun } = c.req.valid('json')
      const now = clock.now()
      const span = recoverSpan({ since, until }, now)
      const filter = {
        webhook: webhook.seq,
        statuses: status,
        eventTypes,
        after: span.since - 1,
        before: span.until,
      }
      const found = await inSteps(recoverable(db, filter, limits.recover.deliveries + 1))
      checkRecovered(found.length)
      const matched = found.length
      if (dryRun) return c.json(succeeded({ matched, queued: 0 }, 'Nothing was sent'), 202)
      if (!webhook.active) throw webhookInactive(webhook)
      const { queued } = await inSteps(
        redeliverAll(db, found, { trigger: 'recover', asNewEvent: false, now, ratePerSecond }),
      )
      dispatcher.wake()
      return c.json(succeeded({ matched, queued }, 'Deliveries queued'), 202)
    },
  )

  return routes
}
