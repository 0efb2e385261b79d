import type { RequestHandler } from 'msw'
import { deliveryRoutes } from './delivery-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { historyRoutes } from './history-routes.ts'
import { createState, type PlatformHandlersOptions } from './platform-state.ts'
import { handlersOf } from './route.ts'
import { webhookRoutes } from './webhook-routes.ts'

/**
 * Handlers for msw 2 that imitate the platform's webhook API in memory, for your own tests. They
 * answer with the platform's codes: 401 without a key, 404, 422 VALIDATION_ERROR with its field and
 * reason, 409 where a state forbids it. A POST repeated with its `idempotency-key` takes effect once.
 *
 * Nothing is really sent: each delivery has one attempt, made at once, that ends as `endpointStatus`
 * says. Time does not pass by itself, so a delivery that is `retrying` stays so until it is cancelled.
 *
 * Each call makes a new, empty platform: make one per test, so that no test sees another's webhooks.
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
  const routes = [
    ...webhookRoutes(state),
    ...deliveryRoutes(state),
    ...historyRoutes(state),
    ...eventRoutes(state),
  ]
  return handlersOf(routes, {
    baseUrl: (options.baseUrl ?? 'http://localhost:3001/api/v1').replace(/\/+$/, ''),
    apiKey: options.apiKey,
  })
}
