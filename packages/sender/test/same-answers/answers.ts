import {
  CancelAllView,
  DeletedWebhookView,
  DeliveryView,
  DeliveryWithAttempts,
  EmitResultView,
  EmittedView,
  EventTypeView,
  EventView,
  ListedAttemptView,
  ProblemView,
  pageView,
  RecoverView,
  RedeliverAllView,
  RotatedSecretView,
  StatsView,
  successView,
  TimelineEntryView,
  WebhookView,
  WebhookWithSecret,
} from '@ainexlayer/webhooks-contract'
import { z } from 'zod'
import type { ApiRequest } from './requests.ts'

/** Every operation of the API: its route, and the schema of its answer. */
export const operations: readonly (readonly [method: string, path: RegExp, answer: z.ZodType])[] = [
  ['POST', /^\/deliveries\/redeliver$/, successView(RedeliverAllView)],
  ['POST', /^\/deliveries\/cancel$/, successView(CancelAllView)],
  ['GET', /^\/attempts$/, pageView(ListedAttemptView)],
  ['GET', /^\/stats$/, successView(StatsView)],
  ['GET', /^\/events\/[^/]+\/timeline$/, successView(z.array(TimelineEntryView))],
  ['GET', /^\/healthz$/, successView(z.object({ status: z.literal('ok') }))],
  ['POST', /^\/webhooks$/, successView(WebhookWithSecret)],
  ['GET', /^\/webhooks$/, pageView(WebhookView)],
  ['GET', /^\/webhooks\/[^/]+$/, successView(WebhookView)],
  ['PATCH', /^\/webhooks\/[^/]+$/, successView(WebhookView)],
  ['DELETE', /^\/webhooks\/[^/]+$/, successView(DeletedWebhookView)],
  ['POST', /^\/webhooks\/[^/]+\/rotate-secret$/, successView(RotatedSecretView)],
  ['POST', /^\/webhooks\/[^/]+\/test$/, successView(DeliveryWithAttempts)],
  ['POST', /^\/webhooks\/[^/]+\/recover$/, successView(RecoverView)],
  ['GET', /^\/webhooks\/[^/]+\/stats$/, successView(StatsView)],
  ['GET', /^\/webhooks\/[^/]+\/deliveries$/, pageView(DeliveryView)],
  ['GET', /^\/deliveries$/, pageView(DeliveryView)],
  ['GET', /^\/deliveries\/[^/]+$/, successView(DeliveryWithAttempts)],
  ['POST', /^\/deliveries\/[^/]+\/redeliver$/, successView(DeliveryView)],
  ['POST', /^\/deliveries\/[^/]+\/cancel$/, successView(DeliveryView)],
  ['POST', /^\/events$/, successView(z.union([EmittedView, z.array(EmitResultView)]))],
  ['GET', /^\/events$/, pageView(EventView)],
  ['GET', /^\/events\/[^/]+$/, successView(EventView)],
  ['GET', /^\/event-types$/, successView(z.array(EventTypeView))],
]

/** The operation that a request is for; -1 for none. */
export const operationOf = ({ method, path }: ApiRequest): number =>
  operations.findIndex(
    ([expected, pattern]) => expected === method && pattern.test(path.replace(/\?.*/, '')),
  )

/** The schema of an answer by its status. */
export const schemaOf = (request: ApiRequest, status: number): z.ZodType =>
  (status < 400 ? operations[operationOf(request)]?.[2] : undefined) ?? ProblemView

/** An answer of the API. */
export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** Reads an answer, whatever it is. */
export const readAnswer = async (response: Response): Promise<ApiAnswer> => ({
  status: response.status,
  body: await response.json(),
})

/** Fields whose value depends on the run: the network, the time that it takes, and random bytes. */
const variable = new Set([
  'nextCursor',
  'signedContent',
  'hint',
  'secret',
  'durationMs',
  'bodySha256',
  'bytes',
  'p50',
  'p95',
  'p99',
])

/**
 * Makes the answers of one API comparable with those of another: generated ids become the order in which
 * they first came, and what depends on the run becomes the name of its type.
 */
export const comparable = () => {
  const generated: string[] = []
  const text = (value: string): string => {
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value) && value.startsWith('2026-')) return '<time>'
    return value.replace(/msg_([0-9a-f]{32}|\d+)\b(?!\w)/g, (id) => {
      if (!generated.includes(id)) generated.push(id)
      return `<id ${generated.indexOf(id)}>`
    })
  }
  const walk = (value: unknown, field = ''): unknown => {
    if (value !== null && variable.has(field)) return `<${typeof value}>`
    if (typeof value === 'string') {
      // The bytes of an event hold its id and its time.
      return field === 'body' && value.startsWith('{') ? walk(JSON.parse(value)) : text(value)
    }
    if (Array.isArray(value)) return value.map((item) => walk(item))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    if (field === 'request') {
      return Object.fromEntries(
        entries.map(([name, part]) => [
          name,
          name === 'headers' ? Object.keys(part).sort() : walk(part, name),
        ]),
      )
    }
    return Object.fromEntries(
      entries.map(([name, part]) => [
        name,
        field === 'response' && name === 'headers' ? '<headers>' : walk(part, name),
      ]),
    )
  }
  return ({ status, body }: ApiAnswer): ApiAnswer => ({ status, body: walk(body) })
}
