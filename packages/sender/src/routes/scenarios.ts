import {
  idOf,
  invalidInput,
  iso,
  isoOrNull,
  notFound,
  numberIn,
  refuseUrl,
  ScenarioRunView,
  succeeded,
} from '@ainexlayer/webhooks-contract'
import { createRoute, z } from '@hono/zod-openapi'
import { RunParam } from '../api/components.ts'
import { type ApiContext, newRoutes, webhookByParam } from '../api/context.ts'
import { answerOf, bodyOf, ofPost, PostHeaders, problems } from '../api/envelope.ts'
import {
  observeStateUrl,
  observeUrl,
  type ScenarioName,
  scenarioCatalog,
  scenarioNames,
} from '../scenarios/index.ts'
import { createScenarioRuns, type ScenarioRun } from '../scenarios/runs.ts'
import { secretsOf } from '../store/webhook-rows.ts'

const isScenario = (name: string): name is ScenarioName =>
  scenarioNames.some((known) => known === name)

const StartRun = z
  .object({
    webhookId: z.string(),
    /** A URL that answers `{ "<event id>": runs }`. */
    observe: z.string().optional(),
    /** A URL that answers `{ "<document id>": "<event id>" }`. */
    observeState: z.string().optional(),
  })
  .strict()

const runView = (run: ScenarioRun): z.output<typeof ScenarioRunView> => ({
  id: idOf('run', run.seq),
  name: run.name,
  webhookId: run.webhookId,
  status: run.status,
  steps: run.steps,
  lastStep: run.lastStep ?? null,
  startedAt: iso(run.startedAt),
  endedAt: isoOrNull(run.endedAt),
  verdict:
    run.verdict === undefined
      ? null
      : {
          passed: run.verdict.passed,
          skipped: run.verdict.skipped ?? null,
          rows: run.verdict.rows.map(({ handled, expectedHandled, answered, ...row }) => ({
            ...row,
            answered: [...answered],
            handled: handled ?? null,
            expectedHandled: expectedHandled ?? null,
          })),
        },
  error: run.error ?? null,
})

/** Scenarios as work that goes on after the answer. */
export const scenarioRoutes = (api: ApiContext) => {
  const { db, clock, lookup, addressRule, stream } = api
  const routes = newRoutes()
  const runs = createScenarioRuns(clock, ({ seq, name, steps, lastStep = null, status }) =>
    stream.publish('scenario.progressed', () => ({
      id: idOf('run', seq),
      name,
      steps,
      lastStep,
      status,
    })),
  )
  const checked = (field: string, url: string): string => {
    const reason = refuseUrl(url, addressRule)
    if (reason !== undefined) throw invalidInput(field, reason)
    return url
  }

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/scenarios',
      operationId: 'listScenarios',
      summary: 'List the scenarios: what each shows, and what it needs',
      responses: {
        200: answerOf(
          z.array(
            z.object({
              name: z.string(),
              description: z.string(),
              needs: z.array(z.enum(['observe', 'observeState', 'restart'])),
            }),
          ),
          'The scenarios',
        ),
        ...problems(),
      },
    }),
    (c) => {
      const all = scenarioCatalog.map((one) => ({ ...one, needs: [...one.needs] }))
      return c.json(succeeded(all, 'Scenarios'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/dev/scenarios/{name}',
      operationId: 'runScenario',
      summary: 'Start a scenario against the endpoint of a webhook',
      request: {
        headers: PostHeaders,
        params: z.object({ name: z.string() }),
        body: bodyOf(StartRun),
      },
      responses: {
        202: answerOf(ScenarioRunView, 'It runs: read `/dev/runs/{id}`, or the stream'),
        ...problems(...ofPost, 'NOT_FOUND'),
      },
    }),
    (c) => {
      const { name } = c.req.valid('param')
      const { webhookId, observe, observeState } = c.req.valid('json')
      if (!isScenario(name)) throw notFound('scenario', name)
      const webhook = webhookByParam(api, webhookId)
      const [secret] = secretsOf(db, webhook.seq, clock.now()).active
      const run = runs.start(name, webhookId, {
        target: { url: webhook.url, secret: secret?.value ?? '' },
        lookup,
        ...(observe !== undefined && {
          observe: observeUrl(checked('observe', observe), { lookup }),
        }),
        ...(observeState !== undefined && {
          observeState: observeStateUrl(checked('observeState', observeState), { lookup }),
        }),
      })
      return c.json(succeeded(runView(run), 'Scenario started'), 202)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/runs',
      operationId: 'listRuns',
      summary: 'List the runs of scenarios, newest first',
      responses: { 200: answerOf(z.array(ScenarioRunView), 'The last 100'), ...problems() },
    }),
    (c) => c.json(succeeded(runs.list().map(runView), 'Runs'), 200),
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/runs/{id}',
      operationId: 'getRun',
      summary: 'Read a run of a scenario, with its verdict when it has ended',
      request: { params: RunParam },
      responses: { 200: answerOf(ScenarioRunView, 'The run'), ...problems('NOT_FOUND') },
    }),
    (c) => {
      const { id } = c.req.valid('param')
      const run = runs.get(numberIn('run', id) ?? 0)
      if (run === undefined) throw notFound('run', id)
      return c.json(succeeded(runView(run), 'Run'), 200)
    },
  )

  return routes
}
