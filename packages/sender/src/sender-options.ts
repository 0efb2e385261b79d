import type { RetrySchedule } from '@ainexlayer/webhooks-contract'
import { z } from 'zod'
import type { ApiRateLimit } from './api/access.ts'
import type { Clock } from './delivery/clock.ts'
import type { VirtualClock } from './delivery/virtual-clock.ts'
import { SenderError } from './errors/sender-error.ts'

/** Options of `createSender`. */
export interface SenderOptions {
  /** The key of the API, sent as `Authorization: Bearer …`. */
  readonly apiKey: string
  /** A folder for the state, which belongs to one sender at a time, or `:memory:` (default), which a restart loses. */
  readonly data?: string
  /** Whether webhooks may use plain http, loopback and private addresses: for development and tests only; default false. */
  readonly allowPrivateTargets?: boolean
  /** Whether to serve `/dev/*`, and to take events with faults; default false. */
  readonly dev?: boolean
  /**
   * Whether to serve the dashboard at `/` where `start` listens on loopback; default false. Its code is loaded with the
   * first request to it.
   */
  readonly dashboard?: boolean
  /** The retry schedule of webhooks that do not set one; default `retryPresets.standard`. */
  readonly retry?: RetrySchedule
  /** How many attempts may be under way at once, over all endpoints, beside the first of each; default 50. */
  readonly concurrency?: number
  /** Milliseconds for one attempt, to the end of the answer; default 30 000, as the platform's page says. */
  readonly timeoutMs?: number
  /** How many webhooks there may be; default 100. */
  readonly maxWebhooks?: number
  /** How many requests the API takes; default 1000 in 10 seconds. */
  readonly apiRateLimit?: ApiRateLimit
  /** Days for which the bytes of events are kept, for redelivery; default 30. An open delivery keeps them longer. */
  readonly keepBodiesDays?: number
  /** Days for which events, deliveries and attempts are kept; default 90. */
  readonly keepDays?: number
  /** How many deliveries are kept at most, the newest and all that are open; default 1 000 000. */
  readonly keepDeliveries?: number
  /** Certificates of authorities (or self-signed ones) that are trusted beside the system's own, in PEM: for local https. */
  readonly ca?: string | readonly string[]
  /** Default: the real clock. A `virtualClock` is advanced by `advance` and `POST /dev/clock`. */
  readonly clock?: Clock | VirtualClock
  /** The seed of jitter and faults, for runs that are the same; default: a random one. */
  readonly seed?: number
  /** Called with each unexpected error of the sender; default: the console. */
  readonly onError?: (error: unknown) => void
}

const count = (most: number) => z.number().int().min(1).max(most)
const isFunction = (value: unknown): boolean => typeof value === 'function'
const pem = z.string().includes('-----BEGIN CERTIFICATE-----')

/** What each option must be, as a check and in words. */
const rules: { readonly [Name in keyof SenderOptions]-?: readonly [z.ZodType, string] } = {
  apiKey: [
    z
      .string()
      .regex(/^[!-~]+$/)
      .refine((key) => key !== 'undefined' && key !== 'null'),
    'a text of visible ASCII characters: is the environment variable set that it is read from?',
  ],
  data: [z.string().min(1), 'the path of a folder, or `:memory:`'],
  allowPrivateTargets: [z.boolean(), 'true or false'],
  dev: [z.boolean(), 'true or false'],
  dashboard: [z.boolean(), 'true or false'],
  retry: [
    z.object({
      delaysSeconds: z.array(z.number().min(0)).min(1),
      jitter: z.number().min(0).max(1),
      strainedSeconds: z.number().min(0).optional(),
      disables: z.boolean().optional(),
    }),
    'a schedule such as `retryPresets.standard`: `delaysSeconds` with one number or more, and `jitter` from 0 to 1',
  ],
  concurrency: [count(10_000), 'a whole number from 1 to 10 000'],
  timeoutMs: [z.number().min(1).max(600_000), 'milliseconds, from 1 to 600 000'],
  maxWebhooks: [count(100_000), 'a whole number from 1 to 100 000'],
  apiRateLimit: [
    z.object({ requests: count(1e9), perSeconds: z.number().positive() }),
    '`{ requests, perSeconds }`, both above 0',
  ],
  keepBodiesDays: [z.number().min(0).max(36_500), 'days, from 0 to 36 500'],
  keepDays: [z.number().min(0).max(36_500), 'days, from 0 to 36 500'],
  keepDeliveries: [count(Number.MAX_SAFE_INTEGER), 'a whole number above 0'],
  ca: [z.union([pem, z.array(pem)]), 'a certificate in PEM, or a list of them'],
  clock: [
    z.custom((value) => {
      const { now, sleep } = Object(value)
      return isFunction(now) && isFunction(sleep) && Number.isFinite(now())
    }),
    '`systemClock`, a `virtualClock()`, or an object with `now` (milliseconds) and `sleep`',
  ],
  seed: [z.number().int(), 'a whole number'],
  onError: [z.custom(isFunction), 'a function'],
}

/** Refuses options that cannot work. @throws SenderError option_invalid */
export const checkOptions = (options: SenderOptions): void => {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(rules, name)) continue
    throw new SenderError('option_invalid', `There is no option \`${name}\`.`, 'Remove it.')
  }
  for (const [name, [schema, words]] of Object.entries(rules)) {
    const value: unknown = Reflect.get(options, name)
    if (value === undefined && name !== 'apiKey') continue
    if (schema.safeParse(value).success) continue
    // An API key is never shown.
    const what =
      value === undefined || value === null || typeof value === 'number'
        ? ` is ${value}`
        : ' cannot be used'
    throw new SenderError('option_invalid', `\`${name}\`${what}.`, `It must be ${words}.`)
  }
}
