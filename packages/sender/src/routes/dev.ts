import { iso, LikelyFaults, notFound, Problem, succeeded } from '@ainexlayer/webhooks-contract'
import { createRoute, z } from '@hono/zod-openapi'
import { type ApiContext, newRoutes, webhookByParam } from '../api/context.ts'
import { answerOf, bodyOf, problems } from '../api/envelope.ts'
import type { ScenarioName } from '../scenarios/index.ts'
import { observeUrl, runScenario, scenarioNames } from '../scenarios/index.ts'
import { forgetAll } from '../store/database.ts'
import { secretsOf, writeFaults } from '../store/webhook-rows.ts'

const WebhookFaults = z.object({ webhookId: z.string(), faults: LikelyFaults }).strict()

const FaultsView = z.object({ webhookId: z.string(), faults: z.array(z.unknown()) })

const isScenario = (name: string): name is ScenarioName =>
  scenarioNames.some((known) => known === name)

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
      summary: 'Set the faults of a webhook, each with a probability',
      request: { body: bodyOf(WebhookFaults) },
      responses: { 200: answerOf(FaultsView, 'The faults'), ...problems('NOT_FOUND') },
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
      method: 'post',
      path: '/dev/scenarios/{name}',
      summary: 'Run a scenario against the endpoint of a webhook, and judge its answers',
      request: {
        params: z.object({ name: z.string() }),
        body: bodyOf(z.object({ webhookId: z.string(), observe: z.url().optional() }).strict()),
      },
      responses: {
        200: answerOf(z.unknown(), 'The verdict'),
        ...problems('NOT_FOUND'),
      },
    }),
    async (c) => {
      const { name } = c.req.valid('param')
      const { webhookId, observe } = c.req.valid('json')
      if (!isScenario(name)) throw notFound('scenario', name)
      const webhook = webhookByParam(api, webhookId)
      const [secret] = secretsOf(db, webhook.seq, clock.now()).active
      const verdict = await runScenario(name, {
        target: { url: webhook.url, secret: secret?.value ?? '' },
        ...(observe !== undefined && { observe: observeUrl(observe) }),
      })
      return c.json(succeeded(verdict, verdict.passed ? 'Passed' : 'Failed'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/dev/clock',
      summary: 'Advance a virtual clock, with every attempt that falls due on the way',
      request: {
        body: bodyOf(z.object({ advanceMs: z.number().min(0).max(1e10) }).strict()),
      },
      responses: {
        200: answerOf(z.object({ now: z.string() }), 'The time'),
        ...problems('CLOCK_IS_REAL'),
      },
    }),
    async (c) => {
      if (api.advance === undefined) {
        throw new Problem('CLOCK_IS_REAL', 'Start the sender with a virtual clock.')
      }
      await api.advance(c.req.valid('json').advanceMs)
      return c.json(succeeded({ now: iso(clock.now()) }, 'Clock advanced'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/dev/reset',
      summary: 'Delete every webhook, event, delivery and attempt',
      responses: {
        200: answerOf(z.object({ reset: z.literal(true) }), 'Deleted'),
        ...problems(),
      },
    }),
    async (c) => {
      await dispatcher.idle()
      forgetAll(db)
      return c.json(succeeded({ reset: true as const }, 'Everything deleted'), 200)
    },
  )

  return routes
}
