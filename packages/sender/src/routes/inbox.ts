import {
  CapturedInput,
  CapturedView,
  idOf,
  iso,
  notFound,
  numberIn,
  PageQuery,
  paged,
  succeeded,
} from '@ainexlayer/webhooks-contract'
import { createRoute, z } from '@hono/zod-openapi'
import { CapturedParam } from '../api/components.ts'
import { type ApiContext, newRoutes } from '../api/context.ts'
import { answerOf, bodyOf, ofPost, PostHeaders, pageOf, problems } from '../api/envelope.ts'
import {
  type Captured,
  clearInbox,
  findCaptured,
  insertCaptured,
  pageOfCaptured,
} from '../store/inbox-rows.ts'
import { inSteps } from '../store/steps.ts'

type Content = z.output<typeof CapturedInput>

const view = ({ seq, receivedAt, request }: Captured<Content>): z.output<typeof CapturedView> => ({
  id: idOf('captured', seq),
  receivedAt: iso(receivedAt),
  ...request,
})

/** An inbox for requests that a local server captured. */
export const inboxRoutes = ({ db, clock, stream }: ApiContext) => {
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/dev/inbox',
      operationId: 'capture',
      summary: 'Hand in a request that was captured',
      request: { headers: PostHeaders, body: bodyOf(CapturedInput) },
      responses: { 201: answerOf(CapturedView, 'Kept'), ...problems(...ofPost) },
    }),
    (c) => {
      const request = c.req.valid('json')
      const receivedAt = clock.now()
      const seq = insertCaptured(db, request, receivedAt)
      stream.publish('inbox.captured', () => ({ id: idOf('captured', seq) }))
      return c.json(succeeded(view({ seq, receivedAt, request }), 'Request captured'), 201)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/inbox',
      operationId: 'listInbox',
      summary: 'List captured requests, newest first; the last 1000 are kept',
      request: { query: PageQuery },
      responses: { 200: pageOf(CapturedView, 'A page of requests'), ...problems() },
    }),
    async (c) => {
      const query = c.req.valid('query')
      const { items, total, nextCursor } = await inSteps(pageOfCaptured<Content>(db, query))
      return c.json(paged(items.map(view), query, total, nextCursor), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/dev/inbox/{id}',
      operationId: 'getCaptured',
      summary: 'Read a captured request',
      request: { params: CapturedParam },
      responses: { 200: answerOf(CapturedView, 'The request'), ...problems('NOT_FOUND') },
    }),
    (c) => {
      const { id } = c.req.valid('param')
      const found = findCaptured<Content>(db, numberIn('captured', id) ?? 0)
      if (found === undefined) throw notFound('captured request', id)
      return c.json(succeeded(view(found), 'Captured request'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'delete',
      path: '/dev/inbox',
      operationId: 'clearInbox',
      summary: 'Forget every captured request',
      responses: { 200: answerOf(z.object({ deleted: z.number() }), 'Forgotten'), ...problems() },
    }),
    (c) => c.json(succeeded({ deleted: clearInbox(db) }, 'Inbox cleared'), 200),
  )

  return routes
}
