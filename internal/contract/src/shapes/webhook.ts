import * as z from 'zod'
import type { Fault } from '../values/fault.ts'
import { attemptFaultSchema } from '../values/fault-list.ts'
import { limits } from '../values/limits.ts'
import { defaultProfile, profileSchema, type SigningProfile } from '../values/profile.ts'
import { type RetrySchedule, retryPresets } from '../values/retry-schedule.ts'
import { secretInput } from '../values/secret.ts'
import { PageQuery } from './page.ts'

const disabledReasons = ['gone', 'failing', 'manual'] as const

/** Why a webhook was disabled. */
export type DisabledReason = (typeof disabledReasons)[number]

/** A fault of every delivery to a webhook; for development. */
export interface LikelyFault {
  readonly fault: Fault
  /** 0 to 1. */
  readonly probability: number
}

/** How an endpoint has answered. Times are unix milliseconds. */
export interface Health {
  /** Attempts that failed since the last success. */
  readonly consecutiveFailures: number
  /** Deliveries whose schedule was exhausted since the last success. */
  readonly exhausted: number
  readonly failingSince: number | undefined
  readonly lastSuccessAt: number | undefined
}

/** The settings of a webhook: what a request may set and change. */
export interface WebhookSettings {
  readonly url: string
  readonly description: string
  /** Event names, `document.*`, or `*`. */
  readonly events: readonly string[]
  readonly active: boolean
  readonly filters: { readonly workspaceIds?: readonly string[] | undefined }
  /** Headers of the user's own; their values are never shown again. */
  readonly headers: Readonly<Record<string, string>>
  readonly retry: RetrySchedule
  /** How many attempts may be under way at once. */
  readonly concurrency: number
  readonly rateLimit: { readonly requests: number; readonly perSeconds: number } | undefined
  /** Whether an event waits until the one before it has ended. */
  readonly fifo: boolean
  /** The wire that its requests are signed for. */
  readonly profile: SigningProfile
}

/** A webhook. Times are unix milliseconds. */
export interface WebhookRecord extends WebhookSettings {
  readonly seq: number
  readonly health: Health
  readonly disabledReason: DisabledReason | undefined
  readonly disabledAt: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/** A signing secret of a webhook. Times are unix milliseconds. */
export interface Secret {
  readonly value: string
  readonly createdAt: number
  /** Undefined for the current one. */
  readonly expiresAt: number | undefined
}

const presetNames = Object.keys(retryPresets).filter(
  (name): name is keyof typeof retryPresets => name in retryPresets,
)

const RetryInput = z.union([
  z.object({ preset: z.enum(presetNames) }).strict(),
  z
    .object({
      delaysSeconds: z.array(z.number().min(0).max(limits.retryDelay)).min(1).max(limits.attempts),
      jitter: z.number().min(0).max(1).default(limits.jitterDefault),
    })
    .strict(),
])

const headerName = z.string().regex(new RegExp(`^[A-Za-z0-9-]{1,${limits.headerNameCharacters}}$`))
const headerValue = z.string().regex(new RegExp(`^[\\t -~]{0,${limits.headerValueCharacters}}$`))

const settings = {
  url: z.string().max(limits.urlCharacters),
  description: z.string().max(limits.descriptionCharacters),
  events: z.array(z.string().max(limits.eventTypeCharacters)).min(1).max(limits.subscriptions),
  active: z.boolean(),
  filters: z
    .object({
      workspaceIds: z
        .array(z.string().max(limits.workspaceCharacters))
        .max(limits.workspaces)
        .optional(),
    })
    .strict(),
  headers: z
    .record(headerName, headerValue)
    .refine(
      (headers) => Object.keys(headers).length <= limits.headers,
      `at most ${limits.headers} headers`,
    )
    .refine((headers) => {
      const names = Object.keys(headers).map((name) => name.toLowerCase())
      return new Set(names).size === names.length
    }, 'two names differ in case only: HTTP takes them for one header'),
  retry: RetryInput,
  concurrency: z.number().int().min(1).max(limits.concurrency.max),
  rateLimit: z
    .object({
      requests: z.number().int().min(1).max(limits.rateLimit.requests),
      perSeconds: z.number().min(1).max(limits.rateLimit.perSeconds),
    })
    .strict(),
  fifo: z.boolean(),
  profile: profileSchema,
}

/** The body of a new webhook. */
export const CreateWebhook = z
  .object({
    url: settings.url,
    events: settings.events,
    description: settings.description.default(''),
    active: settings.active.default(true),
    secret: secretInput.optional(),
    filters: settings.filters.default({}),
    headers: settings.headers.default({}),
    retry: settings.retry.optional(),
    concurrency: settings.concurrency.default(limits.concurrency.default),
    rateLimit: settings.rateLimit.optional(),
    fifo: settings.fifo.default(false),
    profile: settings.profile.default(defaultProfile),
  })
  .strict()

/** The body of a change. */
export const UpdateWebhook = z
  .object({ ...settings, rateLimit: settings.rateLimit.nullable() })
  .partial()
  .strict()

/** What the list of webhooks may be narrowed by. */
export const WebhookQuery = PageQuery.extend({
  active: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  event: z.string().optional(),
  search: z.string().max(limits.searchCharacters).optional(),
})

/** The body of a rotation. */
export const RotateSecret = z
  .object({
    secret: secretInput.optional(),
    gracePeriodSeconds: z
      .number()
      .int()
      .min(0)
      .max(limits.gracePeriod.max)
      .default(limits.gracePeriod.default),
  })
  .strict()

/** The body of a test. */
export const TestWebhook = z
  .object({ eventType: z.string().optional(), data: z.unknown().optional() })
  .strict()

/** The faults of a webhook, each with its probability. */
export const LikelyFaults = z
  .array(
    z
      .object({ fault: attemptFaultSchema, probability: z.number().min(0).max(1).default(1) })
      .strict(),
  )
  .max(limits.faultsOfWebhook)

/** A webhook in an answer. */
export const WebhookView = z.object({
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
  fifo: z.boolean(),
  profile: profileSchema,
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
  disabledReason: z.enum(disabledReasons).nullable(),
  disabledAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

/** A webhook with its whole secret in an answer. */
export const WebhookWithSecret = WebhookView.extend({ secret: z.string() })

/** A new secret in an answer. */
export const RotatedSecretView = z.object({
  secret: z.string(),
  previousSecretExpiresAt: z.string(),
})

/** A deleted webhook in an answer. */
export const DeletedWebhookView = z.object({ id: z.string(), deleted: z.literal(true) })
