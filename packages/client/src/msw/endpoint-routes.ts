import {
  bucketStart,
  checkRecovered,
  deliveryCounts,
  idOf,
  iso,
  Recover,
  recoverSpan,
  StatsQuery,
  type StatsView,
  share,
  statsSpan,
  succeeded,
  TestWebhook,
  type TimeSpan,
  testEvent,
  webhookInactive,
} from '@ainexlayer/webhooks-contract'
import type * as z from 'zod'
import { attemptDelivery, attemptMs, createEvent, planDelivery } from './deliver.ts'
import { deliveryWithAttempts } from './delivery-routes.ts'
import {
  findWebhook,
  type PlatformDelivery,
  type PlatformState,
  type PlatformWebhook,
} from './platform-state.ts'
import { type RawRequest, type Route, readBody, readQuery } from './route.ts'

const countBy = (words: readonly string[]): Record<string, number> => {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** The deliveries of a span, to one webhook or to all. */
const deliveriesIn = (
  state: PlatformState,
  webhook: number | undefined,
  { since, until }: TimeSpan,
) =>
  [...state.deliveries.values()].filter(
    (delivery) =>
      (webhook ?? delivery.webhook) === delivery.webhook &&
      delivery.createdAt >= since &&
      delivery.createdAt < until,
  )

const bucketsOf = (deliveries: readonly PlatformDelivery[], bucket: 'hour' | 'day') => {
  const starts = new Set(deliveries.map(({ createdAt }) => bucketStart(createdAt, bucket)))
  return [...starts]
    .sort((a, b) => a - b)
    .map((start) => {
      const some = deliveries.filter(({ createdAt }) => bucketStart(createdAt, bucket) === start)
      const count = (status: string) => some.filter((each) => each.status === status).length
      return {
        start: iso(start),
        total: some.length,
        delivered: count('delivered'),
        failed: count('failed'),
        attempts: some.flatMap(({ attempts }) => attempts).length,
      }
    })
}

const statsOf = (
  state: PlatformState,
  webhook: number | undefined,
  { bucket, ...input }: z.output<typeof StatsQuery>,
): z.output<typeof StatsView> => {
  const span = statsSpan(input, state.now())
  const deliveries = deliveriesIn(state, webhook, span)
  const count = (status: string) => deliveries.filter((each) => each.status === status).length
  const attempts = deliveries.flatMap((delivery) => delivery.attempts)
  // Every delivery has one attempt here, which is its first.
  const firstDelivered = attempts.filter(({ outcome }) => outcome === 'delivered').length
  const latency = attempts.length === 0 ? null : attemptMs
  return {
    since: iso(span.since),
    until: iso(span.until),
    ...deliveryCounts(count),
    firstAttemptSuccessRate: share(firstDelivered, attempts.length),
    attempts: attempts.length,
    latencyMs: { p50: latency, p95: latency, p99: latency },
    byStatusCode: countBy(attempts.map(({ response }) => String(response?.statusCode ?? 'none'))),
    byEventType: countBy(deliveries.map(({ eventType }) => eventType)),
    buckets: bucket === undefined ? [] : bucketsOf(deliveries, bucket),
  }
}

const testWebhook = async (state: PlatformState, request: RawRequest): Promise<object> => {
  const input = readBody(TestWebhook, request)
  const webhook = findWebhook(state, request.id)
  const event = createEvent(state, testEvent(idOf('webhook', webhook.seq), input))
  const planned = planDelivery(state, { webhook, event, trigger: 'test' })
  const delivery = await attemptDelivery(state, planned)
  return succeeded(deliveryWithAttempts(delivery), `Test ${delivery.status}`)
}

/** The deliveries that a recovery sends again: the latest of each event, unless it was delivered. */
const recoverable = (
  state: PlatformState,
  { seq }: PlatformWebhook,
  { since, until, status, eventTypes }: z.output<typeof Recover>,
): PlatformDelivery[] => {
  const all = [...state.deliveries.values()].filter(({ webhook }) => webhook === seq)
  return deliveriesIn(state, seq, recoverSpan({ since, until }, state.now())).filter(
    (delivery) =>
      delivery.trigger !== 'test' &&
      status.some((wanted) => wanted === delivery.status) &&
      (eventTypes?.includes(delivery.eventType) ?? true) &&
      !all.some(
        (other) =>
          other.eventId === delivery.eventId &&
          (other.seq > delivery.seq || other.status === 'delivered'),
      ),
  )
}

const recover = (state: PlatformState, request: RawRequest): object => {
  const input = readBody(Recover, request)
  const webhook = findWebhook(state, request.id)
  const deliveries = recoverable(state, webhook, input)
  const matched = deliveries.length
  checkRecovered(matched)
  if (input.dryRun) return succeeded({ matched, queued: 0 }, 'Nothing was sent')
  if (!webhook.active) throw webhookInactive(webhook)
  for (const { eventId, seq } of deliveries) {
    const event = state.events.get(eventId)
    if (event === undefined) continue
    planDelivery(state, { webhook, event, trigger: 'recover', redeliveryOf: seq })
  }
  return succeeded({ matched, queued: matched }, 'Deliveries queued')
}

/** The routes on one endpoint: a test, its statistics, and a recovery after an outage. */
export const endpointRoutes = (state: PlatformState): Route[] => [
  {
    method: 'post',
    path: '/webhooks/:id/test',
    answer: async (request) => ({ body: await testWebhook(state, request) }),
  },
  {
    method: 'get',
    path: '/webhooks/:id/stats',
    answer: (request) => {
      const query = readQuery(StatsQuery, request)
      const { seq } = findWebhook(state, request.id)
      return { body: succeeded(statsOf(state, seq, query), 'Statistics') }
    },
  },
  {
    method: 'get',
    path: '/stats',
    answer: (request) => ({
      body: succeeded(statsOf(state, undefined, readQuery(StatsQuery, request)), 'Statistics'),
    }),
  },
  {
    method: 'post',
    path: '/webhooks/:id/recover',
    answer: (request) => ({ status: 202, body: recover(state, request) }),
  },
]
