import { type DeliveryQuery, deliveryView, paged, unixMs } from '@ainexlayer/webhooks-contract'
import type { z } from '@hono/zod-openapi'
import type { ApiContext } from '../api/context.ts'
import { type DeliveryFilter, pageOfDeliveries } from '../store/delivery-lists.ts'
import { inSteps } from '../store/steps.ts'

type Query = z.infer<typeof DeliveryQuery>

/** The filter of a query. */
export const filterOf = (
  query: Omit<Query, 'page' | 'limit' | 'cursor'>,
  sending: readonly number[],
): DeliveryFilter => ({
  webhook: query.webhookId,
  statuses: query.status,
  sending,
  eventTypes: query.eventType === undefined ? undefined : [query.eventType],
  eventId: query.eventId,
  trigger: query.trigger,
  statusClass:
    query.statusClass === undefined || query.statusClass === 'none'
      ? query.statusClass
      : Number(query.statusClass[0]),
  before: unixMs(query.before),
  after: unixMs(query.after),
  search: query.search,
})

/** One page of deliveries as an answer: for the API, and for the dashboard, which need not count all of them. */
export const listDeliveries = async (
  { db, dispatcher }: ApiContext,
  query: Query,
  countUpTo?: number,
) => {
  const filter = filterOf(query, dispatcher.sendingNow())
  const { items, total, nextCursor } = await inSteps(
    pageOfDeliveries(db, filter, { ...query, countUpTo }),
  )
  const views = items.map((delivery) => deliveryView(delivery, dispatcher.isSending(delivery.seq)))
  return paged(views, query, total, nextCursor)
}
