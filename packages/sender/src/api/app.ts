import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { streamSSE } from 'hono/streaming'
import { type ApiRateLimit, limitRate, requireKey } from './access.ts'
import type { ApiContext } from './context.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { openApiDocument } from './openapi.ts'
import { Problem } from './problem.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { devRoutes } from './routes/dev.ts'
import { endpointRoutes } from './routes/endpoint.ts'
import { eventRoutes } from './routes/events.ts'
import { webhookRoutes } from './routes/webhooks.ts'

/** What the API is served with. */
export interface AppOptions {
  readonly apiKey: string
  readonly rateLimit: ApiRateLimit
  /** Whether `/dev/*` is there, and emitted events may suffer faults. */
  readonly dev: boolean
  /** Told of a mistake of the sender's own. */
  readonly onError: (error: unknown) => void
  /** Calls back with each thing that happens, until the returned function is called. */
  readonly follow: (tell: (name: string, data: unknown) => void) => () => void
}

/** Bytes of a request's body at most: an event's, and what is around it. */
const maxRequestBytes = 300 * 1024

/** The path under which the platform has its API. */
export const basePath = '/api/v1'

const asProblem = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error
  if (error instanceof HTTPException && error.status < 500) {
    return new Problem(422, 'VALIDATION_ERROR', 'The body is not valid JSON.', {
      details: { field: '', reason: 'not JSON' },
    })
  }
  return undefined
}

/** The platform's webhook API as a web-standard application. */
export const createApp = (api: ApiContext, options: AppOptions): OpenAPIHono => {
  const app = new OpenAPIHono().basePath(basePath)

  app.onError((error, c) => {
    const known = asProblem(error)
    if (known === undefined) options.onError(error)
    const problem =
      known ?? new Problem(500, 'INTERNAL_ERROR', 'The sender made a mistake; its log says which.')
    const { code, message, details, retryAfterSeconds } = problem
    if (retryAfterSeconds !== undefined) c.header('retry-after', String(retryAfterSeconds))
    return c.json(
      { success: false, error: { code, message, ...(details && { details }) } },
      problem.status,
    )
  })
  app.notFound((c) =>
    c.json(
      { success: false, error: { code: 'NOT_FOUND', message: `There is no ${c.req.path}.` } },
      404,
    ),
  )

  app.get('/healthz', (c) => c.json({ success: true, data: { status: 'ok' }, message: 'Healthy' }))
  app.get('/openapi.json', (c) => c.json(openApiDocument(app, new URL(c.req.url).origin)))

  app.use(requireKey(options.apiKey))
  app.use(limitRate(options.rateLimit))
  app.use(
    bodyLimit({
      maxSize: maxRequestBytes,
      onError: () => {
        throw new Problem(413, 'PAYLOAD_TOO_LARGE', `More than ${maxRequestBytes} bytes.`)
      },
    }),
  )
  app.use(idempotencyKey(api.db, api.clock))

  app.get('/stream', (c) =>
    streamSSE(c, async (stream) => {
      let last = Promise.resolve()
      const unfollow = options.follow((event, data) => {
        last = last.then(() => stream.writeSSE({ event, data: JSON.stringify(data) }))
      })
      await new Promise<void>((resolve) => stream.onAbort(resolve))
      unfollow()
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
