import {
  invalidJson,
  limits,
  notFound,
  Problem,
  problemBody,
  requestTooLarge,
  succeeded,
} from '@ainexlayer/webhooks-contract'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { type ApiRateLimit, limitRate, requireKey } from '../api/access.ts'
import type { ApiContext } from '../api/context.ts'
import { answerOf } from '../api/envelope.ts'
import { idempotencyKey } from '../api/idempotency-key.ts'
import { attemptRoutes } from '../routes/attempts.ts'
import { deliveryRoutes } from '../routes/deliveries.ts'
import { devRoutes } from '../routes/dev.ts'
import { endpointRoutes } from '../routes/endpoint.ts'
import { eventRoutes } from '../routes/events.ts'
import { inboxRoutes } from '../routes/inbox.ts'
import { scenarioRoutes } from '../routes/scenarios.ts'
import { streamRoutes } from '../routes/stream.ts'
import { webhookRoutes } from '../routes/webhooks.ts'
import { openApiDocument } from './openapi.ts'

/** The options of the API. */
export interface AppOptions {
  readonly apiKey: string
  readonly rateLimit: ApiRateLimit
  /** Called with each unexpected error. */
  readonly onError: (error: unknown) => void
}

/** The base path of the API. */
export const basePath = '/api/v1'

const asProblem = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error
  if (error instanceof HTTPException && error.status < 500) {
    return invalidJson()
  }
  return undefined
}

/** The operations that need no key. */
const publicRoutes = (app: OpenAPIHono): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/healthz',
      operationId: 'getHealth',
      summary: 'Whether the sender runs',
      security: [],
      responses: { 200: answerOf(z.object({ status: z.literal('ok') }), 'It runs') },
    }),
    (c) => c.json(succeeded({ status: 'ok' as const }, 'Healthy'), 200),
  )
  app.openapi(
    createRoute({
      method: 'get',
      path: '/openapi.json',
      operationId: 'getOpenApi',
      summary: 'This description',
      security: [],
      responses: {
        200: {
          description: 'OpenAPI 3.1',
          content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
        },
      },
    }),
    (c) => c.json({ ...openApiDocument(app) }, 200),
  )
}

/** The platform's webhook API as a web-standard application. */
export const createApp = (api: ApiContext, options: AppOptions): OpenAPIHono => {
  const app = new OpenAPIHono().basePath(basePath)

  app.onError((error, c) => {
    const known = asProblem(error)
    if (known === undefined) options.onError(error)
    const problem = known ?? new Problem('INTERNAL_ERROR', 'The sender failed; its log says why.')
    const { retryAfterSeconds } = problem
    if (retryAfterSeconds !== undefined) c.header('retry-after', String(retryAfterSeconds))
    return c.json(problemBody(problem), problem.status)
  })
  app.notFound((c) => c.json(problemBody(notFound('path', c.req.path)), 404))

  publicRoutes(app)
  app.use(requireKey(options.apiKey))
  app.use(limitRate(options.rateLimit))
  app.use(
    bodyLimit({
      maxSize: limits.requestBytes,
      onError: () => {
        throw requestTooLarge()
      },
    }),
  )
  app.use(idempotencyKey(api.db, api.clock))

  app.route('/', streamRoutes(api))
  app.route('/', webhookRoutes(api))
  app.route('/', endpointRoutes(api))
  app.route('/', deliveryRoutes(api))
  app.route('/', attemptRoutes(api))
  app.route('/', eventRoutes(api))
  if (api.dev) {
    app.route('/', devRoutes(api))
    app.route('/', scenarioRoutes(api))
    app.route('/', inboxRoutes(api))
  }
  return app
}
