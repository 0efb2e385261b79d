import {
  EventQuery,
  eventTypeViews,
  eventView,
  notFound,
  paged,
  succeeded,
  unixMs,
} from '@ainexlayer/webhooks-contract'
import { createRoute, z } from '@hono/zod-openapi'
import { EmitEvent, EmittedView, EventParam, EventTypeView, EventView } from '../api/components.ts'
import { type ApiContext, newRoutes } from '../api/context.ts'
import { answerOf, bodyOf, pageOf, problems } from '../api/envelope.ts'
import { emitAll } from '../dispatch/emit.ts'
import { findEventById, pageOfEvents } from '../store/event-rows.ts'
import { inSteps } from '../store/steps.ts'

/** Emit events, look them up, and list the types of events. */
export const eventRoutes = (api: ApiContext, dev: boolean) => {
  const { db, clock, dispatcher, random } = api
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/events',
      summary: 'Emit an event: it is delivered to every webhook that subscribes to it',
      request: { body: bodyOf(EmitEvent) },
      responses: {
        202: answerOf(EmittedView, 'Stored, and on its way'),
        ...problems(
          'UNKNOWN_EVENT_TYPE',
          'SCHEMA_MISMATCH',
          'EVENT_ID_CONFLICT',
          'PAYLOAD_TOO_LARGE',
        ),
      },
    }),
    async (c) => {
      const context = { db, now: clock.now(), random, dev }
      const [emitted] = await inSteps(emitAll(context, c.req.valid('json')))
      dispatcher.wake()
      if (emitted === undefined) throw new Error('nothing was emitted')
      const data = {
        ...emitted,
        deliveries: [...emitted.deliveries],
        skipped: [...emitted.skipped],
      }
      return c.json(succeeded(data, 'Event accepted'), 202)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/events',
      summary: 'List events',
      request: { query: EventQuery },
      responses: { 200: pageOf(EventView, 'A page of events, newest first'), ...problems() },
    }),
    (c) => {
      const { page, limit, before, after, ...filter } = c.req.valid('query')
      const found = pageOfEvents(
        db,
        { ...filter, before: unixMs(before), after: unixMs(after) },
        { page, limit },
      )
      return c.json(paged(found.items.map(eventView), { page, limit }, found.total), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}',
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
      path: '/event-types',
      summary: 'List the 19 types, each with its schema and an example',
      responses: { 200: answerOf(z.array(EventTypeView), 'The types'), ...problems() },
    }),
    (c) => {
      return c.json(succeeded(eventTypeViews(), 'Event types'), 200)
    },
  )

  return routes
}
