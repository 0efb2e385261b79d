import type { Webhook, WebhookSecretHint } from '../model/webhook.ts'
import { checkEventName, matches } from './event-types.ts'
import { number, optional, text } from './field.ts'
import { listPage } from './list-page.ts'
import { isOpen, type PlatformState } from './platform-state.ts'
import { found, Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { sendDelivery } from './send-delivery.ts'
import { createFields, scheduleOf, secretField, updateFields } from './webhook-fields.ts'

const newSecret = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

const hintOf = (secret: string, createdAt: string): WebhookSecretHint => ({
  hint: secret.slice(-4),
  createdAt,
  expiresAt: null,
})

const wellHealth = {
  consecutiveFailures: 0,
  exhaustedDeliveries: 0,
  failingSince: null,
  lastSuccessAt: null,
  disableRule: '5 days without a success, and 3 exhausted deliveries',
}

const createWebhook = (state: PlatformState, input: Record<string, unknown>) => {
  const fields = createFields(input)
  if (state.webhooks.size >= state.webhookLimit) {
    throw new Refusal(409, 'LIMIT_REACHED', `${state.webhookLimit} webhooks are the most`)
  }
  const now = state.time()
  const { secret = newSecret(), active = true } = fields
  const webhook: Webhook = {
    id: state.newId('webhook-'),
    url: fields.url,
    description: fields.description ?? '',
    events: fields.events,
    active,
    filters: fields.filters ?? {},
    headerNames: fields.headerNames ?? [],
    retry: fields.retry ?? scheduleOf('standard'),
    concurrency: fields.concurrency ?? 4,
    rateLimit: fields.rateLimit ?? null,
    secrets: [hintOf(secret, now)],
    health: wellHealth,
    disabledReason: active ? null : 'manual',
    disabledAt: active ? null : now,
    createdAt: now,
    updatedAt: now,
  }
  state.webhooks.set(webhook.id, webhook)
  return { ...webhook, secret }
}

const updateWebhook = (state: PlatformState, webhook: Webhook, input: Record<string, unknown>) => {
  const { active, ...fields } = updateFields(input)
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  Object.assign(webhook, Object.fromEntries(given), { updatedAt: state.time() })
  if (active === true) {
    Object.assign(webhook, { active, disabledReason: null, disabledAt: null, health: wellHealth })
  }
  if (active === false) {
    Object.assign(webhook, { active, disabledReason: 'manual', disabledAt: state.time() })
  }
  return webhook
}

const rotateSecret = (state: PlatformState, webhook: Webhook, input: Record<string, unknown>) => {
  const secret = optional(secretField)(input['secret'], 'secret') ?? newSecret()
  const grace = optional(number(0, 604_800))(input['gracePeriodSeconds'], 'gracePeriodSeconds')
  const now = state.time()
  const previousSecretExpiresAt = state.time((grace ?? 86_400) * 1000)
  const kept = webhook.secrets
    .map((hint) => ({ ...hint, expiresAt: hint.expiresAt ?? previousSecretExpiresAt }))
    .filter(({ expiresAt }) => expiresAt > now)
  if (kept.length >= 3) {
    throw new Refusal(409, 'TOO_MANY_ACTIVE_SECRETS', '3 active secrets are the most')
  }
  webhook.secrets = [hintOf(secret, now), ...kept]
  return { secret, previousSecretExpiresAt }
}

const testWebhook = async (
  state: PlatformState,
  webhook: Webhook,
  input: Record<string, unknown>,
) => {
  const type = optional(text)(input['eventType'], 'eventType') ?? 'webhook.test'
  const event = {
    id: state.newId('msg_'),
    type: type === 'webhook.test' ? type : checkEventName(type),
    timestamp: state.time(),
    data: input['data'] ?? { webhookId: webhook.id },
  }
  state.events.set(event.id, event)
  return await sendDelivery(state, { webhook, event, trigger: 'test' })
}

const deleteWebhook = (state: PlatformState, id: string) => {
  state.webhooks.delete(id)
  for (const delivery of state.deliveries.values()) {
    if (delivery.webhookId !== id || !isOpen(delivery)) continue
    Object.assign(delivery, {
      status: 'cancelled',
      nextAttemptAt: null,
      completedAt: state.time(),
    })
  }
  return { id, deleted: true }
}

const isListed = (webhook: Webhook, query: URLSearchParams): boolean => {
  const active = query.get('active')
  const event = query.get('event')
  const search = query.get('search')
  return (
    (active === null || String(webhook.active) === active) &&
    (event === null || webhook.events.some((pattern) => matches(pattern, event))) &&
    (search === null || `${webhook.url} ${webhook.description}`.includes(search))
  )
}

/** The routes of webhooks themselves. */
export const webhookRoutes = (state: PlatformState): Route[] => {
  const byId = (id: string) => found(state.webhooks.get(id), id)
  return [
    {
      method: 'post',
      path: '/webhooks',
      run: ({ input }) => ({ status: 201, data: createWebhook(state, input) }),
    },
    {
      method: 'get',
      path: '/webhooks',
      run: ({ query }) => {
        const webhooks = [...state.webhooks.values()].filter((each) => isListed(each, query))
        return listPage(webhooks, query)
      },
    },
    { method: 'get', path: '/webhooks/:id', run: ({ id }) => ({ data: byId(id) }) },
    {
      method: 'patch',
      path: '/webhooks/:id',
      run: ({ id, input }) => ({ data: updateWebhook(state, byId(id), input) }),
    },
    {
      method: 'delete',
      path: '/webhooks/:id',
      run: ({ id }) => ({ data: deleteWebhook(state, byId(id).id) }),
    },
    {
      method: 'post',
      path: '/webhooks/:id/rotate-secret',
      run: ({ id, input }) => ({ data: rotateSecret(state, byId(id), input) }),
    },
    {
      method: 'post',
      path: '/webhooks/:id/test',
      run: async ({ id, input }) => ({ data: await testWebhook(state, byId(id), input) }),
    },
  ]
}
