import { createHash } from 'node:crypto'
import type { LookupFunction } from 'node:net'
import {
  type AttemptRecord,
  attemptFaultSchema,
  defaultProfile,
  type Fault,
  type FullFault,
  faultOf,
  type SigningProfile,
  statusError,
} from '@ainexlayer/webhooks-contract'
import type { Message } from '../message/message.ts'
import type { NetworkErrorCode, PostResult } from '../wire/answer.ts'
import type { Route } from '../wire/route.ts'
import { send } from '../wire/send.ts'
import { startingLine } from '../wire/starting-line.ts'
import { appliedFaults, planAttempt, type WirePlan } from '../wire/wire-plan.ts'
import type { Clock } from './clock.ts'
import { readRetryAfter } from './retry-after.ts'

/** The URL to send to, and the secrets to sign with. */
export interface Endpoint {
  readonly url: string
  /** `whsec_…`; all of them sign, the current one first. */
  readonly secrets: readonly string[]
  /** Secrets that no longer sign, for the faults of a rotation. */
  readonly retiredSecrets?: readonly string[]
  /** Headers of the user's own; the log does not show their values. */
  readonly headers?: Readonly<Record<string, string>>
  /** The wire to sign for; default Standard Webhooks. */
  readonly profile?: SigningProfile
  /** Certificates of authorities that are trusted beside the system's own, in PEM. */
  readonly ca?: readonly string[]
}

/** One HTTP request to an endpoint. Its headers show the signature; nothing shows the secret. */
export interface Attempt extends Omit<AttemptRecord, 'seq' | 'request'> {
  /** What was sent. Several header lines of one name are joined with `, `. */
  readonly request: AttemptRecord['request'] & {
    readonly body: Uint8Array
    readonly signed: { readonly prefix: string; readonly body: Uint8Array }
  }
}

/** The options of {@link attemptDelivery}. */
export interface AttemptOptions {
  readonly endpoint: Endpoint
  readonly message: Message
  /** 1 for the first. */
  readonly number: number
  /** Sent as an unsigned hint. */
  readonly deliveryId?: string
  /** Milliseconds to the end of the answer. */
  readonly timeoutMs: number
  /** Milliseconds to connect; default 5000. */
  readonly connectTimeoutMs?: number
  readonly clock: Clock
  /** `reorder` and `flood` act on events and not on an attempt: they throw. The attempt names those that happened. */
  readonly faults?: readonly Fault[]
  /** Resolves a host name; it gives out only addresses that may be connected to. */
  readonly lookup?: LookupFunction
  /** Aborts the attempt; its error is then `aborted`. */
  readonly signal?: AbortSignal
}

const shownHeaders = (
  { headers }: WirePlan,
  custom: Readonly<Record<string, string>>,
): Record<string, string> => {
  const shown: Record<string, string> = {}
  for (const [name, value] of headers) {
    const text = Object.hasOwn(custom, name) ? '[redacted]' : value
    shown[name] = shown[name] === undefined ? text : `${shown[name]}, ${text}`
  }
  return shown
}

/** What fails before anything was sent. */
const unsent: readonly string[] = [
  'dns',
  'connect_refused',
  'connect_timeout',
  'tls',
  'blocked_address',
]

/** Whether the endpoint was connected to: otherwise no fault has happened. */
const reached = (result: PostResult): boolean => result.ok || !unsent.includes(result.code)

/** The faults as they were given, of those that were applied. */
const given = (
  faults: readonly Fault[],
  full: readonly FullFault[],
  applied: readonly FullFault[],
): readonly Fault[] => faults.filter((_, index) => applied.some((fault) => fault === full[index]))

const summaryOf = (result: PostResult): number | NetworkErrorCode =>
  result.ok ? result.response.statusCode : result.code

/** Sends the same request again, as often as the faults say. */
const sendCopies = async (
  plan: WirePlan,
  route: Route,
  clock: Clock,
  { times, spacingMs, concurrent }: { times: number; spacingMs: number; concurrent: boolean },
): Promise<(number | NetworkErrorCode)[]> => {
  if (concurrent) {
    const results = await Promise.all(Array.from({ length: times }, () => send(plan, route)))
    return results.map(summaryOf)
  }
  const copies: (number | NetworkErrorCode)[] = []
  for (let copy = 0; copy < times; copy++) {
    if (spacingMs > 0) await clock.sleep(spacingMs)
    copies.push(summaryOf(await send(plan, route)))
  }
  return copies
}

/** Signs the bytes of a message with the current time and sends them once. A network error does not throw: it is in the attempt. */
export const attemptDelivery = async (options: AttemptOptions): Promise<Attempt> => {
  const { endpoint, message, number, clock, faults = [] } = options
  const full = faults.map((fault) => attemptFaultSchema.parse(fault))
  const startedAt = clock.now()
  const custom = endpoint.headers ?? {}
  const input = {
    url: endpoint.url,
    message,
    number,
    deliveryId: options.deliveryId,
    secrets: endpoint.secrets,
    retiredSecrets: endpoint.retiredSecrets ?? [],
    customHeaders: custom,
    timestamp: Math.floor(startedAt / 1000),
    timeoutMs: options.timeoutMs,
    profile: endpoint.profile ?? defaultProfile,
    faults: full,
  }
  const plan = planAttempt(input)
  const route = {
    lookup: options.lookup,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    signal: options.signal,
    ca: endpoint.ca,
  }
  const began = performance.now()
  const duplicate = faultOf(full, 'duplicate')
  const replay = faultOf(full, 'replayBurst')
  const isRace = duplicate?.concurrent === true && plan.cut === undefined
  // Otherwise the first of them may be over before the last one begins.
  const raced = isRace ? { ...route, startingLine: startingLine(duplicate.times + 1) } : route
  const atOnce =
    duplicate?.concurrent === true
      ? sendCopies(plan, raced, clock, { ...duplicate, spacingMs: 0 })
      : undefined
  const result = await send(plan, raced)
  const durationMs = performance.now() - began
  const copies = [
    ...((await atOnce) ?? []),
    ...(duplicate?.concurrent === false
      ? await sendCopies(plan, route, clock, { ...duplicate, spacingMs: 0 })
      : []),
    ...(replay === undefined
      ? []
      : await sendCopies(plan, route, clock, { ...replay, concurrent: false })),
  ]
  const attempt = {
    number,
    startedAt,
    durationMs,
    url: endpoint.url,
    request: {
      headers: shownHeaders(plan, custom),
      body: plan.body,
      bodySha256: createHash('sha256').update(plan.body).digest('hex'),
      bytes: plan.body.length,
      signed: plan.signed,
    },
    faults: reached(result) ? given(faults, full, appliedFaults(plan, input)) : [],
    ...(copies.length > 0 && { copies }),
  }
  if (!result.ok) {
    const { code, message: text } = result
    return { ...attempt, error: { code, message: text }, outcome: 'failed' }
  }
  const { response } = result
  if (response.statusCode >= 200 && response.statusCode < 300) {
    return { ...attempt, response, outcome: 'delivered' }
  }
  const retryAfterMs = readRetryAfter(response.headers['retry-after'], clock.now())
  return {
    ...attempt,
    response,
    error: statusError(response.statusCode),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    outcome: 'failed',
  }
}
