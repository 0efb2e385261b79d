import { succeeded } from '@ainexlayer/webhooks-contract'
import type { RequestHandler } from 'msw'
import { deliveryRoutes } from './delivery-routes.ts'
import { endpointRoutes } from './endpoint-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { handlersOf } from './handlers.ts'
import type { PlatformHandlersOptions } from './platform-options.ts'
import { createState } from './platform-state.ts'
import type { Route } from './route.ts'
import { webhookRoutes } from './webhook-routes.ts'

/**
 * Handlers for msw 2 that imitate the platform's webhook API in memory, for your own tests. They accept
 * and refuse the same requests as the reference sender, with the same statuses and codes. `/stream`,
 * `/openapi.json` and `/dev/*` are not imitated.
 *
 * Nothing is really sent: each delivery has one attempt, made right after the request is answered, and
 * `endpointStatus` says how it ends. Time does not pass by itself: a delivery that is `retrying` stays so
 * until it is cancelled.
 *
 * Each call creates a new, empty platform: use one per test, so that no test sees another's webhooks.
 *
 * @example
 * const server = setupServer(...platformHandlers({ endpointStatus: () => 500 }))
 * beforeAll(() => server.listen())
 * afterAll(() => server.close())
 *
 * test('a failing endpoint shows in the delivery', async () => {
 *   const client = createClient({ apiKey: 'test' })
 *   const { id } = await client.webhooks.create({ url: 'https://app.example.com', events: ['*'] })
 *   expect((await client.webhooks.test(id)).status).toBe('failed')
 * })
 */
export const platformHandlers = (options: PlatformHandlersOptions = {}): RequestHandler[] => {
  const state = createState(options)
  const routes: Route[] = [
    {
      method: 'get',
      path: '/healthz',
      isPublic: true,
      answer: () => ({ body: succeeded({ status: 'ok' }, 'Healthy') }),
    },
    ...webhookRoutes(state),
    ...deliveryRoutes(state),
    ...endpointRoutes(state),
    ...eventRoutes(state),
  ]
  return handlersOf(state, routes, {
    baseUrl: (options.baseUrl ?? 'http://localhost:3001/api/v1').replace(/\/+$/, ''),
    apiKey: options.apiKey,
  })
}
