import {
  invalidJson,
  limits,
  notFound,
  Problem,
  problemBody,
  requestTooLarge,
  succeeded,
} from '@ainexlayer/webhooks-contract'
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { streamSSE } from 'hono/streaming'
import { type ApiRateLimit, limitRate, requireKey } from '../api/access.ts'
import type { ApiContext } from '../api/context.ts'
import { idempotencyKey } from '../api/idempotency-key.ts'
import { deliveryRoutes } from '../routes/deliveries.ts'
import { devRoutes } from '../routes/dev.ts'
import { endpointRoutes } from '../routes/endpoint.ts'
import { eventRoutes } from '../routes/events.ts'
import { webhookRoutes } from '../routes/webhooks.ts'
import { openApiDocument } from './openapi.ts'

/** The options of the API. */
export interface AppOptions {
  readonly apiKey: string
  readonly rateLimit: ApiRateLimit
  /** Whether to serve `/dev/*`, and to apply the faults of emitted events. */
  readonly dev: boolean
  /** Called with each unexpected error. */
  readonly onError: (error: unknown) => void
  /** Calls `listener` with each event of the stream, until the returned function is called. */
  readonly subscribe: (listener: (name: string, data: unknown) => void) => () => void
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

  app.get('/healthz', (c) => c.json(succeeded({ status: 'ok' }, 'Healthy')))
  app.get('/openapi.json', (c) => c.json(openApiDocument(app, new URL(c.req.url).origin)))

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

  app.get('/stream', (c) =>
    streamSSE(c, async (stream) => {
      let last = Promise.resolve()
      const unsubscribe = options.subscribe((event, data) => {
        last = last.then(() => stream.writeSSE({ event, data: JSON.stringify(data) }))
      })
      await new Promise<void>((resolve) => stream.onAbort(resolve))
      unsubscribe()
      await last
    }),
  )
  app.route('/', webhookRoutes(api))
  app.route('/', endpointRoutes(api))
  app.route('/', deliveryRoutes(api))
  app.route('/', eventRoutes(api, options.dev))
  if (options.dev) app.route('/', devRoutes(api))
  return app
}
