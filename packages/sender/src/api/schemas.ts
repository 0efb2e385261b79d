import { z } from '@hono/zod-openapi'
import { faultSchema } from '../faults/fault-schema.ts'

const time = z.iso.datetime({ offset: true })

/** `webhook-1` as the number that the database keeps. */
const numbered = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-\\d{1,15}$`))
    .transform((id) => Number(id.slice(prefix.length + 1)))
    .openapi({ type: 'string', example: `${prefix}-1` })

/** An id in a path. One that has not this form names nothing. */
export const WebhookParam = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'webhook-1' }),
})
export const DeliveryParam = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'delivery-1' }),
})
export const EventParam = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'msg_1' }),
})

/** `page` and `limit`, as the platform's page has them. */
export const PageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export const WebhookQuery = PageQuery.extend({
  active: flag.optional().openapi({ type: 'boolean' }),
  event: z.string().optional(),
  search: z.string().max(200).optional(),
})

const RetryInput = z.union([
  z.object({ preset: z.enum(['standard', 'svix', 'fast', 'none']) }).strict(),
  z
    .object({
      delaysSeconds: z.array(z.number().min(0).max(604_800)).min(1).max(20),
      jitter: z.number().min(0).max(1).default(0.2),
    })
    .strict(),
])

const settings = {
  url: z.string().max(2048),
  description: z.string().max(500),
  events: z.array(z.string().max(100)).min(1).max(50),
  active: z.boolean(),
  filters: z.object({ workspaceIds: z.array(z.string().max(100)).max(100).optional() }).strict(),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().regex(/^[\t -~]{0,1024}$/))
    .refine((headers) => Object.keys(headers).length <= 10, 'at most 10 headers'),
  retry: RetryInput,
  concurrency: z.number().int().min(1).max(100),
  rateLimit: z
    .object({
      requests: z.number().int().min(1).max(10_000),
      perSeconds: z.number().min(1).max(3600),
    })
    .strict(),
}

/** A secret of 24 to 64 bytes. */
const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'must be whsec_ and the base64 of 24 to 64 bytes')

export const CreateWebhook = z
  .object({
    url: settings.url,
    events: settings.events,
    description: settings.description.default(''),
    active: settings.active.default(true),
    secret: secret.optional(),
    filters: settings.filters.default({}),
    headers: settings.headers.default({}),
    retry: settings.retry.optional(),
    concurrency: settings.concurrency.default(4),
    rateLimit: settings.rateLimit.optional(),
  })
  .strict()
  .openapi('CreateWebhook')

export const UpdateWebhook = z
  .object({ ...settings, rateLimit: settings.rateLimit.nullable() })
  .partial()
  .strict()
  .openapi('UpdateWebhook')

export const RotateSecret = z
  .object({
    secret: secret.optional(),
    gracePeriodSeconds: z.number().int().min(0).max(604_800).default(86_400),
  })
  .strict()
  .openapi('RotateSecret')

export const TestWebhook = z
  .object({ eventType: z.string().optional(), data: z.unknown().optional() })
  .strict()
  .openapi('TestWebhook')

export const EmitEvent = z
  .object({
    type: z.string().min(1).max(100),
    data: z.unknown(),
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be 1 to 128 letters, digits, _ or -')
      .optional(),
    timestamp: time.optional(),
    workspaceId: z.string().max(100).optional(),
    validate: z.boolean().default(true),
    faults: z.array(faultSchema).max(10).optional(),
  })
  .strict()
  .openapi('EmitEvent')

const span = { before: time.optional(), after: time.optional() }

export const EventQuery = PageQuery.extend({
  type: z.string().optional(),
  workspaceId: z.string().optional(),
  ...span,
})

const storedStatus = z.enum(['pending', 'sending', 'retrying', 'delivered', 'failed', 'cancelled'])
const trigger = z.enum(['event', 'test', 'redelivery', 'recover'])

export const DeliveryQuery = PageQuery.extend({
  status: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(storedStatus))
    .optional()
    .openapi({ type: 'string', example: 'failed,retrying' }),
  webhookId: numbered('webhook').optional(),
  eventType: z.string().optional(),
  eventId: z.string().optional(),
  trigger: trigger.optional(),
  statusClass: z.enum(['2xx', '3xx', '4xx', '5xx', 'none']).optional(),
  ...span,
})

export const Redeliver = z
  .object({ asNewEvent: z.boolean().default(false) })
  .strict()
  .openapi('Redeliver')

export const Recover = z
  .object({
    since: time,
    until: time.optional(),
    eventTypes: z.array(z.string()).optional(),
    status: z
      .array(z.enum(['failed', 'cancelled']))
      .min(1)
      .default(['failed']),
    ratePerSecond: z.number().min(0.1).max(1000).default(10),
    dryRun: z.boolean().default(false),
  })
  .strict()
  .openapi('Recover')

export const StatsQuery = z.object({ since: time.optional(), until: time.optional() })

export const LikelyFaults = z
  .array(
    z.object({ fault: faultSchema, probability: z.number().min(0).max(1).default(1) }).strict(),
  )
  .max(20)

export const WebhookView = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    events: z.array(z.string()),
    active: z.boolean(),
    filters: z.object({ workspaceIds: z.array(z.string()).optional() }),
    headerNames: z.array(z.string()),
    retry: z.object({ delaysSeconds: z.array(z.number()), jitter: z.number() }),
    concurrency: z.number(),
    rateLimit: z.object({ requests: z.number(), perSeconds: z.number() }).nullable(),
    secrets: z.array(
      z.object({ hint: z.string(), createdAt: z.string(), expiresAt: z.string().nullable() }),
    ),
    health: z.object({
      consecutiveFailures: z.number(),
      exhaustedDeliveries: z.number(),
      failingSince: z.string().nullable(),
      lastSuccessAt: z.string().nullable(),
      disableRule: z.string().nullable(),
    }),
    disabledReason: z.enum(['gone', 'failing', 'manual']).nullable(),
    disabledAt: z.string().nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .openapi('Webhook')

export const WebhookWithSecret = WebhookView.extend({ secret: z.string() }).openapi(
  'WebhookWithSecret',
)

export const DeliveryView = z
  .object({
    id: z.string(),
    webhookId: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    status: storedStatus,
    trigger,
    redeliveryOf: z.string().optional(),
    attemptCount: z.number(),
    maxAttempts: z.number(),
    nextAttemptAt: z.string().nullable(),
    lastStatusCode: z.number().nullable(),
    lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: z.string(),
    completedAt: z.string().nullable(),
  })
  .openapi('Delivery')

export const AttemptView = z
  .object({
    id: z.string(),
    number: z.number(),
    startedAt: z.string(),
    durationMs: z.number(),
    url: z.string(),
    request: z.object({
      headers: z.record(z.string(), z.string()),
      body: z.string(),
      bodySha256: z.string(),
      bytes: z.number(),
    }),
    response: z
      .object({
        statusCode: z.number(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        truncated: z.boolean(),
      })
      .optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    retryAfterMs: z.number().optional(),
    outcome: z.enum(['delivered', 'failed']),
    faults: z.array(z.unknown()),
  })
  .openapi('Attempt')

export const DeliveryWithAttempts = DeliveryView.extend({
  attempts: z.array(AttemptView),
}).openapi('DeliveryWithAttempts')

export const EventView = z
  .object({
    id: z.string(),
    type: z.string(),
    timestamp: z.string(),
    data: z.unknown(),
    workspaceId: z.string().nullable(),
  })
  .openapi('Event')

export const EmittedView = z
  .object({
    id: z.string(),
    duplicate: z.boolean(),
    deliveries: z.array(z.object({ id: z.string(), webhookId: z.string() })),
    skipped: z.array(z.object({ webhookId: z.string(), reason: z.string() })),
  })
  .openapi('Emitted')

export const ProblemView = z
  .object({
    success: z.literal(false),
    error: z.object({
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  })
  .openapi('Error')
