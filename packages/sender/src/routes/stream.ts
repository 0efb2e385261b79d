import { streamEvents } from '@ainexlayer/webhooks-contract'
import { createRoute, z } from '@hono/zod-openapi'
import { type ApiContext, newRoutes } from '../api/context.ts'
import { problems } from '../api/envelope.ts'
import { sseAnswer } from '../api/sse.ts'

/** The stream of what happens. */
export const streamRoutes = ({ stream }: ApiContext) => {
  const routes = newRoutes()
  routes.openapi(
    createRoute({
      method: 'get',
      path: '/stream',
      operationId: 'stream',
      summary: 'What happens, as it happens, in server-sent events',
      description: `Events: ${Object.keys(streamEvents).join(', ')}. The key may also be the cookie \`ainexlayer_key\` or \`access_token\` in the query, as an EventSource sends no header.`,
      request: {
        query: z.object({ access_token: z.string().optional() }),
        headers: z.object({ 'last-event-id': z.string().max(100).optional() }),
      },
      responses: {
        200: {
          description: 'A stream without end',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        ...problems(),
      },
    }),
    (c) => sseAnswer(stream, c.req.header('last-event-id')),
  )
  return routes
}
