import type { Deadline } from '../async/deadline.ts'
import type { TrustedProxies } from '../delivery/address-list.ts'
import type { BodiesInFlight } from '../delivery/bodies-in-flight.ts'
import type { Channels } from '../delivery/channels.ts'
import type { Dispatch, Park, Source } from '../delivery/delivery.ts'
import type { HandlerRegistry } from '../delivery/handlers.ts'
import type { Hooks } from '../delivery/hooks.ts'
import type { LimitedLog } from '../delivery/limited-log.ts'
import type { Logger } from '../delivery/logger.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { UnderWay } from '../delivery/under-way.ts'
import type { AnyEvent } from '../events/event-of.ts'
import type { IdempotencyStore } from '../idempotency/store.ts'
import type { TransactionalStore } from '../idempotency/transactional-store.ts'
import type { Profile } from '../signature/profiles/profile.ts'
import type { ResolveSecrets } from '../signature/secret-source.ts'
import type { SecretSource, SigningSecret } from '../signature/secrets.ts'
import type { SchemaMap } from '../verify/validate.ts'
import type { AllowAddress } from './allow-address.ts'
import type { LimiterOptions, Throttle } from './throttle.ts'

/** A receiver's options, checked and with every default filled in: what the pipeline works with. */
export interface ReceiverConfig {
  readonly profile: Profile
  /** The names of the headers that a queued or parked delivery keeps. */
  readonly keptHeaders: ReadonlySet<string>
  readonly secrets: readonly SigningSecret[] | ResolveSecrets
  /** As it was configured: a diagnosis tries other readings of it. */
  readonly secretSource: SecretSource
  readonly diagnose: boolean
  readonly toleranceSeconds: number
  readonly maxBodyBytes: number
  readonly readTimeoutMs: number
  readonly bodiesInFlight: BodiesInFlight
  readonly underWay: UnderWay
  /** All of them must let a caller in. */
  readonly allowAddress: readonly AllowAddress[]
  readonly trustProxy: TrustedProxies | undefined
  readonly throttle: Throttle | undefined
  readonly limiter: Required<LimiterOptions> | undefined
  readonly onThrottleError: 'allow' | 'refuse'
  readonly schemas: SchemaMap
  readonly unhandled: 'ack' | 'reject'
  readonly handlers: HandlerRegistry
  readonly store: IdempotencyStore | TransactionalStore<unknown>
  readonly endpoint: string
  readonly leaseMs: number
  readonly retentionMs: number
  readonly maxRunMs: number
  readonly maxRuns: number
  readonly storeTimeoutMs: number
  readonly onStoreError: 'fail-closed' | 'fail-open'
  readonly onIdReused: 'reject' | 'warn' | 'ignore'
  /** The user's choice of what counts as the same event. May throw. */
  readonly fingerprint: ((event: AnyEvent) => string) | undefined
  readonly dispatch: Dispatch | undefined
  readonly dispatchTimeoutMs: number
  readonly park: Park | undefined
  readonly deadlineMs: number
  readonly hooks: readonly Hooks[]
  readonly channels: Channels
  /** Never throws, and no text in it can break a line. */
  readonly logger: Logger
  /** The same, for texts that cannot anyway: it looks at none of them. */
  readonly plainLogger: Logger
  /** The same for `ctx.log`. */
  readonly handlerLogger: Logger
  /** Writes to this one from now on, where the user has chosen none. */
  readonly adoptLogger: (framework: Logger) => void
  /** The same logger, for what can happen to every delivery at once. */
  readonly limited: LimitedLog
  /** Tells the log and the hooks how work ended that was still going on at the deadline. Never throws. */
  readonly tellLate: (outcome: Outcome, deadline: Deadline, source: Source) => void
  /** Unix milliseconds. Throws a WebhookConfigurationError instead of answering what is no time. */
  readonly now: () => number
  /** From 0 up to 1, for jitter. Never throws. */
  readonly random: () => number
}
