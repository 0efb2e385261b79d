import { ainexlayerEvents } from '@ainexlayer/webhooks/events'
import { fixtures } from '@ainexlayer/webhooks/testing'
import { createRoute, z } from '@hono/zod-openapi'
import { emit } from '../../dispatch/emit.ts'
import { floodPlan } from '../../faults/flood.ts'
import { findEventById, pageOfEvents } from '../../store/event-rows.ts'
import { type ApiContext, newRoutes } from '../context.ts'
import { answerOf, bodyOf, paged, pageOf, problems, succeeded } from '../envelope.ts'
import { notFound } from '../problem.ts'
import { EmitEvent, EmittedView, EventParam, EventQuery, EventView } from '../schemas.ts'
import { eventView } from '../views.ts'

/** The platform's own words on each event. */
const descriptions: ReadonlyMap<string, string> = new Map([
  ['document.uploaded', 'Document uploaded to workspace'],
  ['document.processed', 'Document processing completed'],
  ['document.failed', 'Document processing failed'],
  ['document.deleted', 'Document deleted from workspace'],
  ['document.updated', 'Document metadata updated'],
  ['chat.message', 'New chat message sent'],
  ['chat.conversation.started', 'New conversation started'],
  ['chat.conversation.ended', 'Conversation ended'],
  ['chat.response.generated', 'AI response generated'],
  ['workspace.created', 'New workspace created'],
  ['workspace.updated', 'Workspace settings updated'],
  ['workspace.deleted', 'Workspace deleted'],
  ['workspace.user.added', 'User added to workspace'],
  ['workspace.user.removed', 'User removed from workspace'],
  ['user.created', 'New user registered'],
  ['user.updated', 'User profile updated'],
  ['user.deleted', 'User account deleted'],
  ['user.login', 'User logged in'],
  ['user.logout', 'User logged out'],
])

const EventTypeView = z
  .object({
    type: z.string(),
    description: z.string(),
    schema: z.record(z.string(), z.unknown()),
    example: z.unknown(),
  })
  .openapi('EventType')

/** The JSON Schema of each event's data. */
export const dataSchemas = (): Readonly<Record<string, Record<string, unknown>>> =>
  Object.fromEntries(
    Object.entries(ainexlayerEvents).map(([type, { schema }]) => [
      type,
      { ...z.toJSONSchema(schema) },
    ]),
  )

const unixMs = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)

/** Emit events, look them up, and list the types that there are. */
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
        202: answerOf(EmittedView, 'Kept, and on its way'),
        ...problems({
          400: 'UNKNOWN_EVENT_TYPE, SCHEMA_MISMATCH',
          409: 'EVENT_ID_CONFLICT',
          413: 'PAYLOAD_TOO_LARGE',
        }),
      },
    }),
    (c) => {
      const { faults, ...input } = c.req.valid('json')
      const trouble = dev ? faults : undefined
      const flood = trouble?.find((fault) => fault.kind === 'flood')
      const emitted = emit(db, { ...input, faults: trouble }, clock.now(), random)
      if (flood !== undefined) {
        // The rest of the flood: the same event under other ids.
        for (let more = floodPlan(flood).length - 1; more > 0; more--) {
          emit(db, { ...input, id: undefined, validate: false }, clock.now(), random)
        }
      }
      dispatcher.wake()
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
      responses: { 200: answerOf(EventView, 'The event'), ...problems({ 404: 'NOT_FOUND' }) },
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
      const examples = new Map<string, unknown>(Object.entries(fixtures))
      const data = Object.entries(dataSchemas()).map(([type, schema]) => ({
        type,
        description: descriptions.get(type) ?? '',
        schema,
        example: examples.get(type),
      }))
      return c.json(succeeded(data, 'Event types'), 200)
    },
  )

  return routes
}
