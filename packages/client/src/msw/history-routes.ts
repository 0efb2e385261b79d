import type { DeliveryWithAttempts } from '../model/delivery.ts'
import { flag, list, optional, required, text, time } from './field.ts'
import type { PlatformState } from './platform-state.ts'
import { found, Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { attemptMs, sendDelivery } from './send-delivery.ts'

const dayMs = 86_400_000

const counted = (words: readonly string[]): Record<string, number> => {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries(counts)
}

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole)

const deliveriesBetween = (state: PlatformState, id: string, since: string, until: string) =>
  [...state.deliveries.values()].filter(
    ({ webhookId, createdAt }) =>
      webhookId === id &&
      Date.parse(createdAt) >= Date.parse(since) &&
      Date.parse(createdAt) <= Date.parse(until),
  )

const stats = (state: PlatformState, id: string, query: URLSearchParams) => {
  found(state.webhooks.get(id), id)
  const until = optional(time)(query.get('until') ?? undefined, 'until') ?? state.time()
  const since = optional(time)(query.get('since') ?? undefined, 'since') ?? state.time(-dayMs)
  const spanMs = Date.parse(until) - Date.parse(since)
  if (spanMs < 0 || spanMs > 28 * dayMs) {
    throw new Refusal(400, 'INVALID_RANGE', 'The time is negative or longer than 28 days')
  }
  const deliveries = deliveriesBetween(state, id, since, until)
  const inStatus = (status: string) => deliveries.filter((each) => each.status === status).length
  const attempts = deliveries.flatMap((delivery) => delivery.attempts)
  const firstSuccesses = deliveries.filter(
    ({ attempts: [first] }) => first?.outcome === 'delivered',
  )
  const delivered = inStatus('delivered')
  const failed = inStatus('failed')
  const latency = attempts.length === 0 ? null : attemptMs
  return {
    total: deliveries.length,
    delivered,
    failed,
    retrying: inStatus('retrying'),
    pending: inStatus('pending'),
    cancelled: inStatus('cancelled'),
    successRate: share(delivered, delivered + failed),
    firstAttemptSuccessRate: share(firstSuccesses.length, deliveries.length),
    attempts: attempts.length,
    latencyMs: { p50: latency, p95: latency, p99: latency },
    byStatusCode: counted(attempts.map(({ response }) => String(response?.statusCode ?? 'none'))),
    byEventType: counted(deliveries.map(({ eventType }) => eventType)),
  }
}

const recover = async (state: PlatformState, id: string, input: Record<string, unknown>) => {
  const webhook = found(state.webhooks.get(id), id)
  if (!webhook.active) throw new Refusal(409, 'WEBHOOK_INACTIVE', `${id} is inactive`)
  const since = required(time)(input['since'], 'since')
  const until = optional(time)(input['until'], 'until') ?? state.time()
  const eventTypes = optional(list(text))(input['eventTypes'], 'eventTypes')
  const statuses = optional(list(text))(input['status'], 'status') ?? ['failed']
  const dryRun = optional(flag)(input['dryRun'], 'dryRun') ?? false
  if (Date.parse(until) - Date.parse(since) > 14 * dayMs) {
    throw new Refusal(400, 'RANGE_TOO_LARGE', '14 days are the most')
  }
  const deliveries = deliveriesBetween(state, id, since, until)
  const succeeded = new Set(
    deliveries.filter(({ status }) => status === 'delivered').map(({ eventId }) => eventId),
  )
  const isMatched = ({ status, eventType, eventId }: DeliveryWithAttempts) =>
    statuses.includes(status) &&
    (eventTypes?.includes(eventType) ?? true) &&
    !succeeded.has(eventId)
  const matched = deliveries.filter(isMatched)
  for (const { eventId } of dryRun ? [] : matched) {
    const event = state.events.get(eventId)
    if (event !== undefined) await sendDelivery(state, { webhook, event, trigger: 'recover' })
  }
  return { matched: matched.length, queued: dryRun ? 0 : matched.length }
}

/** The routes that work on all deliveries of a webhook: figures, and sending again. */
export const historyRoutes = (state: PlatformState): Route[] => [
  {
    method: 'get',
    path: '/webhooks/:id/stats',
    run: ({ id, query }) => ({ data: stats(state, id, query) }),
  },
  {
    method: 'post',
    path: '/webhooks/:id/recover',
    run: async ({ id, input }) => ({ status: 202, data: await recover(state, id, input) }),
  },
]
