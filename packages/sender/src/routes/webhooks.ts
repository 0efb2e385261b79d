import {
  changedSettings,
  checkRotation,
  DeletedWebhookView,
  idOf,
  iso,
  limitReached,
  newSecret,
  newSettings,
  paged,
  RotatedSecretView,
  succeeded,
  WebhookQuery,
  webhookView,
} from '@ainexlayer/webhooks-contract'
import { createRoute } from '@hono/zod-openapi'
import {
  CreateWebhook,
  RotateSecret,
  UpdateWebhook,
  WebhookParam,
  WebhookView,
  WebhookWithSecret,
} from '../api/components.ts'
import { type ApiContext, newRoutes, webhookByParam } from '../api/context.ts'
import { answerOf, bodyOf, ofPost, PostHeaders, pageOf, problems } from '../api/envelope.ts'
import { answeredOnce } from '../api/idempotency-key.ts'
import { cancelDeliveriesOf } from '../store/delivery-rows.ts'
import { inSteps } from '../store/steps.ts'
import {
  deleteWebhook,
  insertWebhook,
  pageOfWebhooks,
  rotateSecret,
  secretsOf,
  updateWebhook,
  type Webhook,
} from '../store/webhook-rows.ts'

/** Create, list, read, change and delete webhooks, and rotate their secrets. */
export const webhookRoutes = (api: ApiContext) => {
  const { db, clock, addressRule, dispatcher, stream } = api
  const view = (webhook: Webhook) =>
    webhookView(webhook, secretsOf(db, webhook.seq, clock.now()).active)
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks',
      operationId: 'createWebhook',
      summary: 'Create a webhook',
      request: { headers: PostHeaders, body: bodyOf(CreateWebhook) },
      responses: {
        201: answerOf(WebhookWithSecret, 'The webhook, with its secret: it is not shown again'),
        ...problems(
          ...ofPost,
          'UNKNOWN_EVENT_TYPE',
          'URL_NOT_ALLOWED',
          'RESERVED_HEADER',
          'LIMIT_REACHED',
        ),
      },
    }),
    (c) => {
      const input = c.req.valid('json')
      const { secret = newSecret() } = input
      const settings = newSettings(input, api.defaultRetry, addressRule)
      if (pageOfWebhooks(db, {}, { page: 1, limit: 1 }).total >= api.maxWebhooks) {
        throw limitReached(api.maxWebhooks)
      }
      const answer = answeredOnce(db, c.req.raw, 201, () => {
        const seq = insertWebhook(db, settings, secret, clock.now())
        const created = view(webhookByParam(api, idOf('webhook', seq)))
        return succeeded({ ...created, secret }, 'Webhook created')
      })
      stream.publish('webhook.changed', () => view(webhookByParam(api, answer.data.id)))
      return c.json(answer, 201)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks',
      operationId: 'listWebhooks',
      summary: 'List webhooks',
      request: { query: WebhookQuery },
      responses: { 200: pageOf(WebhookView, 'A page of webhooks, oldest first'), ...problems() },
    }),
    (c) => {
      const query = c.req.valid('query')
      const { items, total, nextCursor } = pageOfWebhooks(db, query, query)
      return c.json(paged(items.map(view), query, total, nextCursor), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks/{id}',
      operationId: 'getWebhook',
      summary: 'Read a webhook and its health',
      request: { params: WebhookParam },
      responses: { 200: answerOf(WebhookView, 'The webhook'), ...problems('NOT_FOUND') },
    }),
    (c) => c.json(succeeded(view(webhookByParam(api, c.req.valid('param').id)), 'Webhook'), 200),
  )

  routes.openapi(
    createRoute({
      method: 'patch',
      path: '/webhooks/{id}',
      operationId: 'updateWebhook',
      summary: 'Change a webhook; `active: true` resets its health',
      request: { params: WebhookParam, body: bodyOf(UpdateWebhook) },
      responses: {
        200: answerOf(WebhookView, 'The webhook'),
        ...problems(
          'PAYLOAD_TOO_LARGE',
          'UNKNOWN_EVENT_TYPE',
          'URL_NOT_ALLOWED',
          'RESERVED_HEADER',
          'NOT_FOUND',
        ),
      },
    }),
    async (c) => {
      const before = webhookByParam(api, c.req.valid('param').id)
      const changes = c.req.valid('json')
      const after = changedSettings(before, changes, addressRule)
      const now = clock.now()
      db.transaction(() =>
        updateWebhook(db, before, after, { activated: changes.active === true, now }),
      )
      const changed = view(webhookByParam(api, idOf('webhook', before.seq)))
      stream.publish('webhook.changed', () => changed)
      if (before.active && !after.active) {
        stream.publish('webhook.disabled', () => changed)
        await inSteps(cancelDeliveriesOf(db, before.seq, now))
      }
      // It may send again, or more at once.
      dispatcher.wake()
      return c.json(succeeded(changed, 'Webhook changed'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'delete',
      path: '/webhooks/{id}',
      operationId: 'deleteWebhook',
      summary: 'Delete a webhook; its open deliveries are cancelled, its log stays',
      request: { params: WebhookParam },
      responses: {
        200: answerOf(DeletedWebhookView, 'Deleted'),
        ...problems('NOT_FOUND'),
      },
    }),
    async (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      db.transaction(() => deleteWebhook(db, seq, clock.now()))
      const deleted = { id: idOf('webhook', seq), deleted: true as const }
      stream.publish('webhook.deleted', () => deleted)
      await inSteps(cancelDeliveriesOf(db, seq, clock.now()))
      return c.json(succeeded(deleted, 'Webhook deleted'), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/rotate-secret',
      operationId: 'rotateSecret',
      summary: 'Create a new secret; the old one signs too for the grace period',
      request: { headers: PostHeaders, params: WebhookParam, body: bodyOf(RotateSecret) },
      responses: {
        200: answerOf(RotatedSecretView, 'The new secret: it is not shown again'),
        ...problems(...ofPost, 'NOT_FOUND', 'TOO_MANY_ACTIVE_SECRETS'),
      },
    }),
    (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      const { secret = newSecret(), gracePeriodSeconds } = c.req.valid('json')
      const now = clock.now()
      checkRotation(secretsOf(db, seq, now).active, gracePeriodSeconds)
      const expiresAt = now + gracePeriodSeconds * 1000
      const answer = answeredOnce(db, c.req.raw, 200, () => {
        rotateSecret(db, seq, secret, now, expiresAt)
        return succeeded({ secret, previousSecretExpiresAt: iso(expiresAt) }, 'Secret rotated')
      })
      stream.publish('webhook.changed', () => view(webhookByParam(api, idOf('webhook', seq))))
      return c.json(answer, 200)
    },
  )

  return routes
}
