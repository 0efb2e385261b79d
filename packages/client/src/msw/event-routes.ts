import type { PlatformEvent } from '../model/event.ts'
import type { Webhook } from '../model/webhook.ts'
import { checkEventName, eventTypes, matches } from './event-types.ts'
import { optional, required, text, time } from './field.ts'
import { isInTime, listPage } from './list-page.ts'
import type { PlatformState } from './platform-state.ts'
import { found, invalid, Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { sendDelivery } from './send-delivery.ts'

const skipReason = (webhook: Webhook, { workspaceId }: PlatformEvent) => {
  if (!webhook.active) return 'inactive'
  const { workspaceIds } = webhook.filters
  // An event of no workspace goes to everyone: a filter chooses among workspaces.
  if (workspaceIds === undefined || typeof workspaceId !== 'string') return undefined
  return workspaceIds.includes(workspaceId) ? undefined : 'filtered'
}

const readEvent = (state: PlatformState, input: Record<string, unknown>): PlatformEvent => {
  if (input['data'] === undefined) throw invalid('data', 'is required')
  return {
    id: optional(text)(input['id'], 'id') ?? state.newId('msg_'),
    type: checkEventName(required(text)(input['type'], 'type')),
    timestamp: optional(time)(input['timestamp'], 'timestamp') ?? state.time(),
    data: input['data'],
    workspaceId: optional(text)(input['workspaceId'], 'workspaceId') ?? null,
  }
}

const emit = async (state: PlatformState, input: Record<string, unknown>) => {
  const event = readEvent(state, input)
  const { id } = event
  const known = state.events.get(id)
  if (known !== undefined) {
    const same =
      known.type === event.type && JSON.stringify(known.data) === JSON.stringify(event.data)
    if (!same) throw new Refusal(409, 'EVENT_ID_CONFLICT', `${id} was emitted with another body`)
    const earlier = [...state.deliveries.values()].filter(({ eventId }) => eventId === id)
    const deliveries = earlier.map((delivery) => ({
      id: delivery.id,
      webhookId: delivery.webhookId,
    }))
    return { id, duplicate: true, deliveries, skipped: [] }
  }
  state.events.set(id, event)
  const deliveries: { id: string; webhookId: string }[] = []
  const skipped: { webhookId: string; reason: string }[] = []
  for (const webhook of state.webhooks.values()) {
    if (!webhook.events.some((pattern) => matches(pattern, event.type))) continue
    const reason = skipReason(webhook, event)
    if (reason !== undefined) {
      skipped.push({ webhookId: webhook.id, reason })
      continue
    }
    const delivery = await sendDelivery(state, { webhook, event, trigger: 'event' })
    deliveries.push({ id: delivery.id, webhookId: webhook.id })
  }
  return { id, duplicate: false, deliveries, skipped }
}

const listEvents = (state: PlatformState, query: URLSearchParams) => {
  const listed = [...state.events.values()]
    .reverse()
    .filter(
      ({ type, workspaceId, timestamp }) =>
        (query.get('type') ?? type) === type &&
        (query.get('workspaceId') ?? workspaceId) === workspaceId &&
        isInTime(timestamp, query),
    )
  return listPage(listed, query)
}

/** The routes of events and of their types. */
export const eventRoutes = (state: PlatformState): Route[] => [
  {
    method: 'post',
    path: '/events',
    run: async ({ input }) => ({ status: 202, data: await emit(state, input) }),
  },
  { method: 'get', path: '/events', run: ({ query }) => listEvents(state, query) },
  {
    method: 'get',
    path: '/events/:id',
    run: ({ id }) => ({ data: found(state.events.get(id), id) }),
  },
  { method: 'get', path: '/event-types', run: () => ({ data: eventTypes }) },
]
