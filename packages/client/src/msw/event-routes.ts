import {
  checkEventBytes,
  checkEventData,
  checkFaultsAllowed,
  checkSameEvent,
  EmitBody,
  EmitEvent,
  type EmitResultView,
  type EmittedView,
  EventQuery,
  errorView,
  eventTypeViews,
  eventView,
  idOf,
  notFound,
  Problem,
  readInput,
  skipReason,
  succeeded,
  timelineOf,
  workspaceOf,
} from '@ainexlayer/webhooks-contract'
import type * as z from 'zod'
import { createEvent, planDelivery } from './deliver.ts'
import { isInTime, listPage, textOf } from './list-page.ts'
import type { PlatformState } from './platform-state.ts'
import { type Route, readBody, readQuery } from './route.ts'

const emit = (
  state: PlatformState,
  input: z.output<typeof EmitEvent>,
): z.output<typeof EmittedView> => {
  checkFaultsAllowed(input.faults, false)
  if (input.validate) checkEventData(input.type, input.data)
  const before = input.id === undefined ? undefined : state.events.get(input.id)
  if (before !== undefined) {
    checkSameEvent(before, input)
    const deliveries = [...state.deliveries.values()]
      .filter(({ eventId }) => eventId === before.id)
      .map(({ seq, webhook }) => ({
        id: idOf('delivery', seq),
        webhookId: idOf('webhook', webhook),
      }))
    return { id: before.id, duplicate: true, deliveries, skipped: [] }
  }
  const workspaceId = workspaceOf(input)
  const event = createEvent(state, { ...input, workspaceId })
  if (event.body !== undefined) checkEventBytes(event.body)
  state.events.set(event.id, event)
  const emitted: z.output<typeof EmittedView> = {
    id: event.id,
    duplicate: false,
    deliveries: [],
    skipped: [],
  }
  for (const webhook of state.webhooks.values()) {
    const webhookId = idOf('webhook', webhook.seq)
    const reason = skipReason(webhook, event.type, workspaceId)
    if (reason === 'not_subscribed') continue
    if (reason !== undefined) {
      emitted.skipped.push({ webhookId, reason })
      continue
    }
    const { seq } = planDelivery(state, { webhook, event, trigger: 'event' })
    emitted.deliveries.push({ id: idOf('delivery', seq), webhookId })
  }
  return emitted
}

/** Emits one event of a list: a refusal is its own result, and does not fail the others. */
const emitOne = (state: PlatformState, input: unknown): z.output<typeof EmitResultView> => {
  try {
    return { ok: true, ...emit(state, readInput(EmitEvent, input)) }
  } catch (error) {
    if (error instanceof Problem) return { ok: false, error: errorView(error) }
    throw error
  }
}

const listEvents = (state: PlatformState, query: z.output<typeof EventQuery>) => {
  const listed = [...state.events.values()]
    .reverse()
    .filter(
      ({ type, workspaceId, createdAt }) =>
        (query.type ?? type) === type &&
        (query.workspaceId ?? workspaceId) === workspaceId &&
        isInTime(createdAt, query),
    )
    .filter(
      (event) =>
        query.search === undefined ||
        event.id.includes(query.search) ||
        textOf(event).includes(query.search),
    )
  const order = [...state.events.keys()]
  return listPage(listed, query, eventView, ({ id }) => order.indexOf(id) + 1)
}

/** The routes of events and of their types. */
export const eventRoutes = (state: PlatformState): Route[] => [
  {
    method: 'post',
    path: '/events',
    answer: (request) => {
      const input = readBody(EmitBody, request)
      const body = Array.isArray(input)
        ? succeeded(
            input.map((one) => emitOne(state, one)),
            'Events read',
          )
        : succeeded(emit(state, input), 'Event accepted')
      return { status: 202, body }
    },
  },
  {
    method: 'get',
    path: '/events',
    answer: (request) => listEvents(state, readQuery(EventQuery, request)),
  },
  {
    method: 'get',
    path: '/events/:id',
    answer: ({ id }) => {
      const event = state.events.get(id)
      if (event === undefined) throw notFound('event', id)
      return { body: succeeded(eventView(event), 'Event') }
    },
  },
  {
    method: 'get',
    path: '/events/:id/timeline',
    answer: ({ id }) => {
      const event = state.events.get(id)
      if (event === undefined) throw notFound('event', id)
      const histories = [...state.deliveries.values()]
        .filter(({ eventId }) => eventId === id)
        .map((delivery) => ({ delivery, attempts: delivery.attempts }))
      return { body: succeeded(timelineOf(event, histories), 'Timeline') }
    },
  },
  {
    method: 'get',
    path: '/event-types',
    answer: () => ({ body: succeeded(eventTypeViews(), 'Event types') }),
  },
]
