import { fixtures } from '@ainexlayer/webhooks/testing'
import { createRoute, z } from '@hono/zod-openapi'
import { redeliver } from '../../dispatch/redeliver.ts'
import { createMessage } from '../../message/message.ts'
import { attemptsOf } from '../../store/attempt-rows.ts'
import { findDelivery, insertDelivery, recoverable } from '../../store/delivery-rows.ts'
import { insertEvent } from '../../store/event-rows.ts'
import { statsOf } from '../../store/stats.ts'
import { webhookId } from '../../webhook/webhook.ts'
import { isEventType, testType } from '../../webhook/webhook-policy.ts'
import { type ApiContext, newRoutes } from '../context.ts'
import { answerOf, bodyOf, problems, succeeded } from '../envelope.ts'
import { Problem } from '../problem.ts'
import { DeliveryWithAttempts, Recover, StatsQuery, TestWebhook, WebhookParam } from '../schemas.ts'
import { attemptView, deliveryView } from '../views.ts'
import { webhookByParam } from './webhooks.ts'

const day = 24 * 60 * 60 * 1000
const maxRecovered = 10_000
const maxRecoverSpan = 14 * day
const maxStatsSpan = 28 * day

const rate = z.number().nullable()
const StatsView = z
  .object({
    total: z.number(),
    delivered: z.number(),
    failed: z.number(),
    retrying: z.number(),
    pending: z.number(),
    cancelled: z.number(),
    successRate: rate,
    firstAttemptSuccessRate: rate,
    attempts: z.number(),
    latencyMs: z.object({ p50: rate, p95: rate, p99: rate }),
    byStatusCode: z.record(z.string(), z.number()),
    byEventType: z.record(z.string(), z.number()),
  })
  .openapi('Stats')

const examples = new Map<string, unknown>(
  Object.entries(fixtures).map(([type, { data }]) => [type, data]),
)

/** What is asked of one endpoint: a test, its figures, and a recovery after an outage. */
export const endpointRoutes = (api: ApiContext) => {
  const { db, clock, dispatcher } = api
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/test',
      summary: 'Send one event at once, without retries, even while the webhook is switched off',
      request: { params: WebhookParam, body: bodyOf(TestWebhook) },
      responses: {
        200: answerOf(
          DeliveryWithAttempts,
          'The test ran: whether the endpoint took it is in `data.status`',
        ),
        ...problems({ 400: 'UNKNOWN_EVENT_TYPE', 404: 'NOT_FOUND' }),
      },
    }),
    async (c) => {
      const webhook = webhookByParam(api, c.req.valid('param').id)
      const { eventType = testType, data } = c.req.valid('json')
      if (eventType !== testType && !isEventType(eventType)) {
        throw new Problem(400, 'UNKNOWN_EVENT_TYPE', `No event is called ${eventType}.`, {
          details: { field: 'eventType', reason: 'unknown' },
        })
      }
      const message = createMessage({
        type: eventType,
        timestamp: new Date(clock.now()).toISOString(),
        data: data ?? examples.get(eventType) ?? { webhookId: webhookId(webhook.seq) },
      })
      const seq = db.transaction(() =>
        insertDelivery(
          db,
          {
            webhook: webhook.seq,
            event: insertEvent(db, message, undefined, clock.now()),
            eventType,
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
      if (delivery === undefined) throw new Problem(500, 'INTERNAL_ERROR', 'The test is lost.')
      const view = {
        ...deliveryView(delivery, dispatcher.isSending),
        attempts: attemptsOf(db, seq, message.body).map(attemptView),
      }
      return c.json(succeeded(view, `Test ${delivery.status}`), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks/{id}/stats',
      summary: 'Count what was sent to a webhook; at most 28 days, default the last 7',
      request: { params: WebhookParam, query: StatsQuery },
      responses: {
        200: answerOf(StatsView, 'The figures'),
        ...problems({ 400: 'INVALID_RANGE', 404: 'NOT_FOUND' }),
      },
    }),
    (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      const query = c.req.valid('query')
      const until = query.until === undefined ? clock.now() + 1 : Date.parse(query.until)
      const since = query.since === undefined ? until - 7 * day : Date.parse(query.since)
      if (since >= until || until - since > maxStatsSpan) {
        throw new Problem(400, 'INVALID_RANGE', '`since` is before `until`, by at most 28 days.', {
          details: { field: 'since', reason: 'out of range' },
        })
      }
      return c.json(succeeded(statsOf(db, seq, since, until), 'Statistics'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/recover',
      summary: 'Send again all that failed since a time, unless it got through later',
      request: { params: WebhookParam, body: bodyOf(Recover) },
      responses: {
        202: answerOf(z.object({ matched: z.number(), queued: z.number() }), 'Queued'),
        ...problems({ 400: 'RANGE_TOO_LARGE', 404: 'NOT_FOUND', 409: 'WEBHOOK_INACTIVE' }),
      },
    }),
    (c) => {
      const webhook = webhookByParam(api, c.req.valid('param').id)
      const { since, until, eventTypes, status, ratePerSecond, dryRun } = c.req.valid('json')
      const now = clock.now()
      const [from, to] = [Date.parse(since), until === undefined ? now + 1 : Date.parse(until)]
      const tooLarge = new Problem(
        400,
        'RANGE_TOO_LARGE',
        'A recovery covers at most 14 days and 10,000 deliveries.',
        { details: { field: 'since', reason: 'too large' } },
      )
      if (to - from > maxRecoverSpan) throw tooLarge
      const matching = recoverable(
        db,
        { webhook: webhook.seq, statuses: status, after: from - 1, before: to },
        maxRecovered + 1,
      ).filter(({ eventType }) => eventTypes === undefined || eventTypes.includes(eventType))
      if (matching.length > maxRecovered) throw tooLarge
      if (dryRun) {
        return c.json(succeeded({ matched: matching.length, queued: 0 }, 'Nothing was sent'), 202)
      }
      if (!webhook.active) {
        throw new Problem(409, 'WEBHOOK_INACTIVE', 'The webhook is switched off.')
      }
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
