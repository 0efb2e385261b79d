import { createRoute, z } from '@hono/zod-openapi'
import { type RetrySchedule, retryPresets } from '../../delivery/retry-schedule.ts'
import { iso } from '../../store/column.ts'
import { cancelDeliveriesOf } from '../../store/delivery-rows.ts'
import {
  deleteWebhook,
  findWebhook,
  insertWebhook,
  pageOfWebhooks,
  rotateSecret,
  secretsOf,
  updateWebhook,
} from '../../store/webhook-rows.ts'
import { newSecret } from '../../webhook/secret.ts'
import { type Webhook, webhookId } from '../../webhook/webhook.ts'
import { checkSettings } from '../../webhook/webhook-policy.ts'
import { type ApiContext, newRoutes } from '../context.ts'
import { answerOf, bodyOf, paged, pageOf, problems, succeeded } from '../envelope.ts'
import { notFound, Problem } from '../problem.ts'
import {
  CreateWebhook,
  RotateSecret,
  UpdateWebhook,
  WebhookParam,
  WebhookQuery,
  WebhookView,
  WebhookWithSecret,
} from '../schemas.ts'
import { webhookView } from '../views.ts'

/** Secrets that may sign at the same time. */
const maxSecrets = 3

const scheduleOf = (
  input: z.infer<typeof CreateWebhook>['retry'],
  fallback: RetrySchedule,
): RetrySchedule => {
  if (input === undefined) return fallback
  return 'preset' in input ? retryPresets[input.preset] : input
}

/** A webhook by the id in a path. @throws Problem NOT_FOUND */
export const webhookByParam = ({ db }: ApiContext, id: string): Webhook => {
  const [, seq] = /^webhook-(\d{1,15})$/.exec(id) ?? []
  const found = seq === undefined ? undefined : findWebhook(db, Number(seq))
  if (found === undefined) throw notFound('webhook', id)
  return found
}

/** Create, list, read, change and delete webhooks, and rotate their secrets. */
export const webhookRoutes = (api: ApiContext) => {
  const { db, clock, addressRule } = api
  const view = (webhook: Webhook) =>
    webhookView(webhook, secretsOf(db, webhook.seq, clock.now()).active)
  const routes = newRoutes()

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks',
      summary: 'Create a webhook',
      request: { body: bodyOf(CreateWebhook) },
      responses: {
        201: answerOf(WebhookWithSecret, 'The webhook, with its secret: it is not shown again'),
        ...problems({
          400: 'UNKNOWN_EVENT_TYPE, URL_NOT_ALLOWED, RESERVED_HEADER',
          409: 'LIMIT_REACHED',
        }),
      },
    }),
    (c) => {
      const { secret = newSecret(), retry, ...input } = c.req.valid('json')
      const schedule = scheduleOf(retry, api.defaultRetry)
      const settings = { ...input, retry: schedule, rateLimit: input.rateLimit }
      checkSettings(settings, addressRule)
      if (pageOfWebhooks(db, {}, { page: 1, limit: 1 }).total >= api.maxWebhooks) {
        throw new Problem(409, 'LIMIT_REACHED', `There are ${api.maxWebhooks} webhooks already.`)
      }
      const seq = db.transaction(() => insertWebhook(db, settings, secret, clock.now()))
      const data = { ...view(webhookByParam(api, webhookId(seq))), secret }
      return c.json(succeeded(data, 'Webhook created'), 201)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks',
      summary: 'List webhooks',
      request: { query: WebhookQuery },
      responses: { 200: pageOf(WebhookView, 'A page of webhooks, oldest first'), ...problems() },
    }),
    (c) => {
      const { page, limit, ...filter } = c.req.valid('query')
      const { items, total } = pageOfWebhooks(db, filter, { page, limit })
      return c.json(paged(items.map(view), { page, limit }, total), 200)
    },
  )

  routes.openapi(
    createRoute({
      method: 'get',
      path: '/webhooks/{id}',
      summary: 'Read a webhook and its health',
      request: { params: WebhookParam },
      responses: { 200: answerOf(WebhookView, 'The webhook'), ...problems({ 404: 'NOT_FOUND' }) },
    }),
    (c) => c.json(succeeded(view(webhookByParam(api, c.req.valid('param').id)), 'Webhook'), 200),
  )

  routes.openapi(
    createRoute({
      method: 'patch',
      path: '/webhooks/{id}',
      summary: 'Change a webhook; switching it on again resets its health',
      request: { params: WebhookParam, body: bodyOf(UpdateWebhook) },
      responses: {
        200: answerOf(WebhookView, 'The webhook'),
        ...problems({
          400: 'UNKNOWN_EVENT_TYPE, URL_NOT_ALLOWED, RESERVED_HEADER',
          404: 'NOT_FOUND',
        }),
      },
    }),
    (c) => {
      const before = webhookByParam(api, c.req.valid('param').id)
      const changes = c.req.valid('json')
      const after = {
        url: changes.url ?? before.url,
        description: changes.description ?? before.description,
        events: changes.events ?? before.events,
        active: changes.active ?? before.active,
        filters: changes.filters ?? before.filters,
        headers: changes.headers ?? before.headers,
        retry: scheduleOf(changes.retry, before.retry),
        concurrency: changes.concurrency ?? before.concurrency,
        rateLimit:
          changes.rateLimit === undefined ? before.rateLimit : (changes.rateLimit ?? undefined),
      }
      checkSettings(after, addressRule)
      const now = clock.now()
      db.transaction(() => {
        updateWebhook(db, before, after, now)
        if (before.active && !after.active) cancelDeliveriesOf(db, before.seq, now)
      })
      return c.json(
        succeeded(view(webhookByParam(api, webhookId(before.seq))), 'Webhook changed'),
        200,
      )
    },
  )

  routes.openapi(
    createRoute({
      method: 'delete',
      path: '/webhooks/{id}',
      summary: 'Delete a webhook; its open deliveries are cancelled, its log stays',
      request: { params: WebhookParam },
      responses: {
        200: answerOf(z.object({ id: z.string(), deleted: z.literal(true) }), 'Deleted'),
        ...problems({ 404: 'NOT_FOUND' }),
      },
    }),
    (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      db.transaction(() => {
        cancelDeliveriesOf(db, seq, clock.now())
        deleteWebhook(db, seq, clock.now())
      })
      return c.json(
        succeeded({ id: webhookId(seq), deleted: true as const }, 'Webhook deleted'),
        200,
      )
    },
  )

  routes.openapi(
    createRoute({
      method: 'post',
      path: '/webhooks/{id}/rotate-secret',
      summary: 'Make a new secret; the old one signs along for the grace period',
      request: { params: WebhookParam, body: bodyOf(RotateSecret) },
      responses: {
        200: answerOf(
          z.object({ secret: z.string(), previousSecretExpiresAt: z.string() }),
          'The new secret: it is not shown again',
        ),
        ...problems({ 404: 'NOT_FOUND', 409: 'TOO_MANY_ACTIVE_SECRETS' }),
      },
    }),
    (c) => {
      const { seq } = webhookByParam(api, c.req.valid('param').id)
      const { secret = newSecret(), gracePeriodSeconds } = c.req.valid('json')
      const now = clock.now()
      if (gracePeriodSeconds > 0 && secretsOf(db, seq, now).active.length >= maxSecrets) {
        throw new Problem(
          409,
          'TOO_MANY_ACTIVE_SECRETS',
          `${maxSecrets} secrets sign already: wait until one expires, or rotate with a grace period of 0.`,
        )
      }
      const expiresAt = now + gracePeriodSeconds * 1000
      db.transaction(() => rotateSecret(db, seq, secret, now, expiresAt))
      const data = { secret, previousSecretExpiresAt: iso(expiresAt) }
      return c.json(succeeded(data, 'Secret rotated'), 200)
    },
  )

  return routes
}
