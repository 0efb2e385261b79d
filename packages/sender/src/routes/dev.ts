import {
  ClockView,
  FaultKindView,
  faultKindViews,
  iso,
  isoOrNull,
  LikelyFaults,
  MoveClock,
  Problem,
  succeeded,
} from '@ainexlayer/webhooks-contract'
import { createRoute, z } from '@hono/zod-openapi'
import { type ApiContext, newRoutes, webhookByParam } from '../api/context.ts'
import { answerOf, bodyOf, ofPost, PostHeaders, problems } from '../api/envelope.ts'
import { nextDueAfter } from '../store/due.ts'
import { writeFaults } from '../store/webhook-rows.ts'

const WebhookFaults = z.object({ webhookId: z.string(), faults: LikelyFaults }).strict()

const FaultsView = z.object({ webhookId: z.string(), faults: z.array(z.unknown()) })

/** The operations of a sender for development: faults of all deliveries to an endpoint, scenarios, and the clock. */
export const devRoutes = (api: ApiContext) => {
  const { db, clock, dispatcher } = api
  const routes = newRoutes()
  const current = (id: string) => {
    const webhook = webhookByParam(api, id)
    return { webhookId: id, faults: webhook.faults.map((one) => ({ ...one })) }
  }

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/faults',
      operationId: 'getFaults',
      summary: 'Read the faults of a webhook',
      request: { query: z.object({ webhookId: z.string() }) },
      responses: { 200: answerOf(FaultsView, 'The faults'), ...problems('NOT_FOUND') },
    }),
    (c) => c.json(succeeded(current(c.req.valid('query').webhookId), 'Faults'), 200),
  )

  routes.openapi(
    createRoute({
      method: 'put',
      path: '/dev/faults',
      operationId: 'setFaults',
      summary: 'Set the faults of a webhook, each with a probability',
      request: { body: bodyOf(WebhookFaults) },
      responses: {
        200: answerOf(FaultsView, 'The faults'),
        ...problems('PAYLOAD_TOO_LARGE', 'NOT_FOUND'),
      },
    }),
    (c) => {
      const { webhookId, faults } = c.req.valid('json')
      writeFaults(db, webhookByParam(api, webhookId).seq, faults)
      return c.json(succeeded(current(webhookId), 'Faults set'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'delete',
      path: '/dev/faults',
      operationId: 'removeFaults',
      summary: 'Remove the faults of a webhook',
      request: { query: z.object({ webhookId: z.string() }) },
      responses: { 200: answerOf(FaultsView, 'The faults'), ...problems('NOT_FOUND') },
    }),
    (c) => {
      const { webhookId } = c.req.valid('query')
      writeFaults(db, webhookByParam(api, webhookId).seq, [])
      return c.json(succeeded(current(webhookId), 'Faults removed'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/fault-kinds',
      operationId: 'listFaultKinds',
      summary: 'List the kinds of faults, each with its schema',
      responses: { 200: answerOf(z.array(FaultKindView), 'The kinds'), ...problems() },
    }),
    (c) => c.json(succeeded(faultKindViews(), 'Kinds of faults'), 200),
  )

  const clockNow = (): z.output<typeof ClockView> => ({
    now: iso(clock.now()),
    isVirtual: api.advance !== undefined,
    nextAttemptAt: isoOrNull(nextDueAfter(db, clock.now() - 1)),
  })

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/clock',
      operationId: 'getClock',
      summary: 'Read the clock, and when the next attempt is due',
      responses: { 200: answerOf(ClockView, 'The clock'), ...problems() },
    }),
    (c) => c.json(succeeded(clockNow(), 'Clock'), 200),
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/dev/clock',
      operationId: 'moveClock',
      summary: 'Advance a virtual clock, with every attempt that falls due on the way',
      request: { headers: PostHeaders, body: bodyOf(MoveClock) },
      responses: {
        200: answerOf(ClockView, 'The clock'),
        ...problems(...ofPost, 'CLOCK_IS_REAL'),
      },
    }),
    async (c) => {
      if (api.advance === undefined) {
        throw new Problem('CLOCK_IS_REAL', 'Start the sender with a virtual clock.')
      }
      const move = c.req.valid('json')
      const next = 'advanceMs' in move ? undefined : await dispatcher.idle()
      const ms = 'advanceMs' in move ? move.advanceMs : Math.max(0, (next ?? 0) - clock.now())
      await api.advance(ms)
      return c.json(succeeded(clockNow(), 'Clock advanced'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/dev/reset',
      operationId: 'reset',
      summary: 'Delete every webhook, event, delivery and attempt',
      request: { headers: PostHeaders },
      responses: {
        200: answerOf(z.object({ reset: z.literal(true) }), 'Deleted'),
        ...problems(...ofPost),
      },
    }),
    async (c) => {
      await dispatcher.idle()
      db.forgetAll()
      return c.json(succeeded({ reset: true as const }, 'Everything deleted'), 200)
    },
  )

  return routes
}
