import {
  EventQuery,
  errorView,
  eventTypeViews,
  eventView,
  notFound,
  paged,
  succeeded,
  timelineOf,
  unixMs,
} from '@ainexlayer/webhooks-contract'
import { createRoute, z } from '@hono/zod-openapi'
import {
  EmitBody,
  EmitResultView,
  EmittedView,
  EventParam,
  EventTypeView,
  EventView,
  TimelineEntryView,
} from '../api/components.ts'
import { type ApiContext, newRoutes } from '../api/context.ts'
import { answerOf, bodyOf, ofPost, PostHeaders, pageOf, problems } from '../api/envelope.ts'
import { withKnownId } from '../api/idempotency-key.ts'
import { type EmitResult, emitInGroup, emitMany } from '../dispatch/emit-many.ts'
import { attemptsOf } from '../store/attempt-rows.ts'
import { deliveriesOfEvent } from '../store/delivery-rows.ts'
import { findEventById, pageOfEvents } from '../store/event-rows.ts'
import { inSteps } from '../store/steps.ts'

const resultView = (result: EmitResult) =>
  result.ok
    ? { ...result, deliveries: [...result.deliveries], skipped: [...result.skipped] }
    : { ok: false as const, error: errorView(result.error) }

/** Emit events, look them up, and list the types of events. */
export const eventRoutes = (api: ApiContext) => {
  const { db, clock, dispatcher } = api
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/events',
      operationId: 'emitEvents',
      summary:
        'Emit an event, or a list of them: each is delivered to every webhook that subscribes to it',
      description:
        'Of a list each event has its own result, in the order of the list: one that is refused does not fail the others. Sent again with its `Idempotency-Key`, the list is answered as it was the first time.',
      request: { headers: PostHeaders, body: bodyOf(EmitBody) },
      responses: {
        202: answerOf(
          z.union([EmittedView, z.array(EmitResultView)]),
          'Stored, and on their way; of a list what `ok` says',
        ),
        ...problems(
          ...ofPost,
          'UNKNOWN_EVENT_TYPE',
          'SCHEMA_MISMATCH',
          'EVENT_ID_CONFLICT',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    }),
    async (c) => {
      const input = c.req.valid('json')
      const context = { ...api, now: clock.now() }
      if (Array.isArray(input)) {
        const inputs = input.map((event, index) => withKnownId(c.req.raw, event, index))
        const results = await emitMany(context, inputs)
        dispatcher.wake()
        return c.json(succeeded(results.map(resultView), 'Events read'), 202)
      }
      const result = await emitInGroup(context, withKnownId(c.req.raw, input))
      if (!result.ok) throw result.error
      dispatcher.wake()
      const { ok: _, ...emitted } = result
      const { deliveries, skipped } = emitted
      const view = { ...emitted, deliveries: [...deliveries], skipped: [...skipped] }
      return c.json(succeeded(view, 'Event accepted'), 202)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/events',
      operationId: 'listEvents',
      summary: 'List events',
      request: { query: EventQuery },
      responses: { 200: pageOf(EventView, 'A page of events, newest first'), ...problems() },
    }),
    async (c) => {
      const query = c.req.valid('query')
      const filter = { ...query, before: unixMs(query.before), after: unixMs(query.after) }
      const { items, total, nextCursor } = await inSteps(pageOfEvents(db, filter, query))
      return c.json(paged(items.map(eventView), query, total, nextCursor), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}',
      operationId: 'getEvent',
      summary: 'Read an event',
      request: { params: EventParam },
      responses: { 200: answerOf(EventView, 'The event'), ...problems('NOT_FOUND') },
    }),
    (c) => {
      const { id } = c.req.valid('param')
      const found = findEventById(db, id)
      if (found === undefined) throw notFound('event', id)
      return c.json(succeeded(eventView(found), 'Event'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/timeline',
      operationId: 'getTimeline',
      summary: 'Read what happened to an event, moment by moment',
      request: { params: EventParam },
      responses: {
        200: answerOf(z.array(TimelineEntryView), 'What happened, in its order'),
        ...problems('NOT_FOUND'),
      },
    }),
    (c) => {
      const { id } = c.req.valid('param')
      const found = findEventById(db, id)
      if (found === undefined) throw notFound('event', id)
      const deliveries = deliveriesOfEvent(db, found.seq).map((delivery) => ({
        delivery,
        attempts: attemptsOf(db, delivery.seq, undefined),
      }))
      return c.json(succeeded(timelineOf(found, deliveries), 'Timeline'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/event-types',
      operationId: 'listEventTypes',
      summary: 'List the 19 types, each with its schema and an example',
      responses: { 200: answerOf(z.array(EventTypeView), 'The types'), ...problems() },
    }),
    (c) => {
      return c.json(succeeded(eventTypeViews(), 'Event types'), 200)
    },
  )

  return routes
}
