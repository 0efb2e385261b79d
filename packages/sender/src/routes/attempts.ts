import {
  AttemptQuery,
  attemptView,
  idOf,
  paged,
  StatsQuery,
  statsSpan,
  succeeded,
  unixMs,
  withoutBodies,
} from '@ainexlayer/webhooks-contract'
import { createRoute } from '@hono/zod-openapi'
import { ListedAttemptView, StatsView } from '../api/components.ts'
import { type ApiContext, newRoutes } from '../api/context.ts'
import { answerOf, pageOf, problems } from '../api/envelope.ts'
import { type ListedAttempt, pageOfAttempts } from '../store/attempt-rows.ts'
import { statsOf } from '../store/stats.ts'
import { inSteps } from '../store/steps.ts'

/** What is seen over all webhooks: attempts, and statistics. */
export const attemptRoutes = (api: ApiContext) => {
  const { db, clock } = api
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/attempts',
      operationId: 'listAttempts',
      summary: 'List the attempts of all deliveries, newest first; `include=body` shows bodies',
      request: { query: AttemptQuery },
      responses: { 200: pageOf(ListedAttemptView, 'A page of attempts'), ...problems() },
    }),
    async (c) => {
      const query = c.req.valid('query')
      const { webhookId, deliveryId, eventId, outcome, statusClass, include } = query
      const filter = {
        webhook: webhookId,
        delivery: deliveryId,
        eventId,
        outcome,
        statusClass:
          statusClass === undefined || statusClass === 'none'
            ? statusClass
            : Number(statusClass[0]),
        before: unixMs(query.before),
        after: unixMs(query.after),
      }
      const { items, total, nextCursor } = await inSteps(pageOfAttempts(db, filter, query))
      const view = ({ attempt, delivery, webhook, eventId, eventType }: ListedAttempt) => ({
        ...(include === 'body' ? attemptView(attempt) : withoutBodies(attemptView(attempt))),
        deliveryId: idOf('delivery', delivery),
        webhookId: idOf('webhook', webhook),
        eventId,
        eventType,
      })
      return c.json(paged(items.map(view), query, total, nextCursor), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/stats',
      operationId: 'getStats',
      summary: 'Count the deliveries to all webhooks; at most 28 days, by default the last 7',
      request: { query: StatsQuery },
      responses: { 200: answerOf(StatsView, 'The statistics'), ...problems('INVALID_RANGE') },
    }),
    (c) => {
      const { bucket, ...input } = c.req.valid('query')
      const span = statsSpan(input, clock.now())
      return c.json(succeeded(statsOf(db, 0, span, bucket), 'Statistics'), 200)
    },
  )

  return routes
}
