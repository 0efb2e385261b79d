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
import { answerOf, bodyOf, problems } from '../api/envelope.ts'
import { redeliver } from '../dispatch/redeliver.ts'
import { createMessage } from '../message/message.ts'
import { attemptsOf } from '../store/attempt-rows.ts'
import { findDelivery, insertDelivery, recoverable } from '../store/delivery-rows.ts'
import { insertEvent } from '../store/event-rows.ts'
import { statsOf } from '../store/stats.ts'

/** The operations on one endpoint: a test, its statistics, and a recovery after an outage. */
export const endpointRoutes = (api: ApiContext) => {
  const { db, clock, dispatcher } = api
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/test',
      summary: 'Send one event at once, without retries, even while the webhook is inactive',
      request: { params: WebhookParam, body: bodyOf(TestWebhook) },
      responses: {
        200: answerOf(
          DeliveryWithAttempts,
          'The test ran: whether the endpoint took it is in `data.status`',
        ),
        ...problems('UNKNOWN_EVENT_TYPE', 'NOT_FOUND'),
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
      summary: 'Count the deliveries to a webhook; at most 28 days, by default the last 7',
      request: { params: WebhookParam, query: StatsQuery },
      responses: {
        200: answerOf(StatsView, 'The statistics'),
        ...problems('INVALID_RANGE', 'NOT_FOUND'),
      },
    }),
    (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      const span = statsSpan(c.req.valid('query'), clock.now())
      return c.json(succeeded(statsOf(db, seq, span), 'Statistics'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/recover',
      summary:
        'Send again the deliveries that failed since a time, except events that were delivered later',
      request: { params: WebhookParam, body: bodyOf(Recover) },
      responses: {
        202: answerOf(RecoverView, 'Queued'),
        ...problems('RANGE_TOO_LARGE', 'NOT_FOUND', 'WEBHOOK_INACTIVE'),
      },
    }),
    (c) => {
      const webhook = webhookByParam(api, c.req.valid('param').id)
      const { since, until, eventTypes, status, ratePerSecond, dryRun } = c.req.valid('json')
      const now = clock.now()
      const span = recoverSpan({ since, until }, now)
      const matching = recoverable(
        db,
        { webhook: webhook.seq, statuses: status, after: span.since - 1, before: span.until },
        limits.recover.deliveries + 1,
      ).filter(({ eventType }) => eventTypes === undefined || eventTypes.includes(eventType))
      checkRecovered(matching.length)
      if (dryRun) {
        return c.json(succeeded({ matched: matching.length, queued: 0 }, 'Nothing was sent'), 202)
      }
      if (!webhook.active) throw webhookInactive()
      matching.forEach((delivery, index) => {
        redeliver(db, delivery, webhook, {
          trigger: 'recover',
          asNewEvent: false,
          now,
          at: now + (index * 1000) / ratePerSecond,
        })
      })
      dispatcher.wake()
      const counts = { matched: matching.length, queued: matching.length }
      return c.json(succeeded(counts, 'Deliveries queued'), 202)
    },
  )

  return routes
}
