import {
  activeSecrets,
  CreateWebhook,
  changedSettings,
  checkRotation,
  idOf,
  iso,
  limitReached,
  newHealth,
  newSecret,
  newSettings,
  RotateSecret,
  retryPresets,
  succeeded,
  UpdateWebhook,
  WebhookQuery,
  webhookView,
} from '@ainexlayer/webhooks-contract'
import type * as z from 'zod'
import { listPage } from './list-page.ts'
import {
  cancelDeliveriesOf,
  findWebhook,
  type PlatformState,
  type PlatformWebhook,
} from './platform-state.ts'
import { type Route, readBody, readQuery } from './route.ts'

const createWebhook = (state: PlatformState, input: z.output<typeof CreateWebhook>) => {
  const { secret = newSecret() } = input
  const settings = newSettings(input, retryPresets.standard, state.addressRule)
  if (state.webhooks.size >= state.maxWebhooks) throw limitReached(state.maxWebhooks)
  const now = state.now()
  const webhook: PlatformWebhook = {
    ...settings,
    seq: state.nextNumber('webhook'),
    health: newHealth,
    disabledReason: undefined,
    disabledAt: undefined,
    createdAt: now,
    updatedAt: now,
    secrets: [{ value: secret, createdAt: now, expiresAt: undefined }],
  }
  state.webhooks.set(webhook.seq, webhook)
  return { webhook, secret }
}

const updateWebhook = (
  state: PlatformState,
  before: PlatformWebhook,
  changes: z.output<typeof UpdateWebhook>,
): PlatformWebhook => {
  const settings = changedSettings(before, changes, state.addressRule)
  const updatedAt = state.now()
  const disables = before.active && !settings.active
  const webhook: PlatformWebhook = {
    ...before,
    ...settings,
    updatedAt,
    ...(changes.active && { health: newHealth, disabledReason: undefined, disabledAt: undefined }),
    ...(disables && { disabledReason: 'manual', disabledAt: updatedAt }),
  }
  state.webhooks.set(webhook.seq, webhook)
  if (disables) cancelDeliveriesOf(state, webhook.seq)
  return webhook
}

const rotateSecret = (
  state: PlatformState,
  webhook: PlatformWebhook,
  input: z.output<typeof RotateSecret>,
) => {
  const { secret = newSecret(), gracePeriodSeconds } = input
  const now = state.now()
  checkRotation(activeSecrets(webhook.secrets, now), gracePeriodSeconds)
  const end = now + gracePeriodSeconds * 1000
  const earlier = webhook.secrets
    .filter(({ value }) => value !== secret)
    .map(({ expiresAt = end, ...kept }) => ({ ...kept, expiresAt: Math.min(expiresAt, end) }))
  const secrets = [{ value: secret, createdAt: now, expiresAt: undefined }, ...earlier]
  state.webhooks.set(webhook.seq, { ...webhook, secrets })
  return { secret, previousSecretExpiresAt: iso(end) }
}

const isListed = (
  webhook: PlatformWebhook,
  { active, event, search }: z.output<typeof WebhookQuery>,
): boolean =>
  (active === undefined || webhook.active === active) &&
  (event === undefined || webhook.events.includes(event)) &&
  (search === undefined || webhook.url.includes(search) || webhook.description.includes(search))

/** The routes of webhooks themselves. */
export const webhookRoutes = (state: PlatformState): Route[] => {
  const view = (webhook: PlatformWebhook) =>
    webhookView(webhook, activeSecrets(webhook.secrets, state.now()))
  return [
    {
      method: 'post',
      path: '/webhooks',
      answer: (request) => {
        const { webhook, secret } = createWebhook(state, readBody(CreateWebhook, request))
        return { status: 201, body: succeeded({ ...view(webhook), secret }, 'Webhook created') }
      },
    },
    {
      method: 'get',
      path: '/webhooks',
      answer: (request) => {
        const query = readQuery(WebhookQuery, request)
        const listed = [...state.webhooks.values()].filter((each) => isListed(each, query))
        return listPage(listed, query, view, ({ seq }) => seq)
      },
    },
    {
      method: 'get',
      path: '/webhooks/:id',
      answer: ({ id }) => ({ body: succeeded(view(findWebhook(state, id)), 'Webhook') }),
    },
    {
      method: 'patch',
      path: '/webhooks/:id',
      answer: (request) => {
        const changes = readBody(UpdateWebhook, request)
        const changed = updateWebhook(state, findWebhook(state, request.id), changes)
        return { body: succeeded(view(changed), 'Webhook changed') }
      },
    },
    {
      method: 'delete',
      path: '/webhooks/:id',
      answer: ({ id }) => {
        const { seq } = findWebhook(state, id)
        cancelDeliveriesOf(state, seq)
        state.webhooks.delete(seq)
        return { body: succeeded({ id: idOf('webhook', seq), deleted: true }, 'Webhook deleted') }
      },
    },
    {
      method: 'post',
      path: '/webhooks/:id/rotate-secret',
      answer: (request) => {
        const input = readBody(RotateSecret, request)
        const rotated = rotateSecret(state, findWebhook(state, request.id), input)
        return { body: succeeded(rotated, 'Secret rotated') }
      },
    },
  ]
}
