import type { Delivery } from '../model/delivery.ts'
import { flag, optional } from './field.ts'
import { isInTime, listPage } from './list-page.ts'
import { isOpen, type PlatformState, withoutAttempts } from './platform-state.ts'
import { found, Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { sendDelivery } from './send-delivery.ts'

const isListed = (delivery: Delivery, query: URLSearchParams): boolean => {
  const same = (name: string, value: string) => (query.get(name) ?? value) === value
  const statuses = query.get('status')?.split(',')
  const { lastStatusCode } = delivery
  const statusClass = lastStatusCode === null ? 'none' : `${Math.floor(lastStatusCode / 100)}xx`
  return (
    (statuses === undefined || statuses.includes(delivery.status)) &&
    same('webhookId', delivery.webhookId) &&
    same('eventType', delivery.eventType) &&
    same('eventId', delivery.eventId) &&
    same('trigger', delivery.trigger) &&
    same('statusClass', statusClass) &&
    isInTime(delivery.createdAt, query)
  )
}

const listDeliveries = (state: PlatformState, query: URLSearchParams, webhookId?: string) => {
  const newestFirst = [...state.deliveries.values()].reverse()
  const listed = newestFirst.filter(
    (each) => isListed(each, query) && each.webhookId === (webhookId ?? each.webhookId),
  )
  return listPage(listed.map(withoutAttempts), query)
}

const redeliver = async (state: PlatformState, id: string, input: Record<string, unknown>) => {
  const asNewEvent = optional(flag)(input['asNewEvent'], 'asNewEvent') ?? false
  const earlier = found(state.deliveries.get(id), id)
  const webhook = state.webhooks.get(earlier.webhookId)
  if (isOpen(earlier)) throw new Refusal(409, 'DELIVERY_OPEN', `${id} is still open`)
  if (webhook?.active !== true) {
    throw new Refusal(409, 'WEBHOOK_INACTIVE', `${earlier.webhookId} is inactive or deleted`)
  }
  const original = state.events.get(earlier.eventId)
  if (original === undefined) throw new Refusal(410, 'PAYLOAD_EXPIRED', 'The body is gone')
  const event = asNewEvent ? { ...original, id: state.newId('msg_') } : original
  state.events.set(event.id, event)
  return await sendDelivery(state, { webhook, event, trigger: 'redelivery', redeliveryOf: id })
}

const cancel = (state: PlatformState, id: string) => {
  const delivery = found(state.deliveries.get(id), id)
  if (!isOpen(delivery)) throw new Refusal(409, 'DELIVERY_CLOSED', `${id} is final`)
  Object.assign(delivery, { status: 'cancelled', nextAttemptAt: null, completedAt: state.time() })
  return delivery
}

/** The routes of the delivery log. */
export const deliveryRoutes = (state: PlatformState): Route[] => [
  {
    method: 'get',
    path: '/webhooks/:id/deliveries',
    run: ({ id, query }) => listDeliveries(state, query, found(state.webhooks.get(id), id).id),
  },
  { method: 'get', path: '/deliveries', run: ({ query }) => listDeliveries(state, query) },
  {
    method: 'get',
    path: '/deliveries/:id',
    run: ({ id }) => ({ data: found(state.deliveries.get(id), id) }),
  },
  {
    method: 'post',
    path: '/deliveries/:id/redeliver',
    run: async ({ id, input }) => ({
      status: 202,
      data: withoutAttempts(await redeliver(state, id, input)),
    }),
  },
  {
    method: 'post',
    path: '/deliveries/:id/cancel',
    run: ({ id }) => ({ data: withoutAttempts(cancel(state, id)) }),
  },
]
