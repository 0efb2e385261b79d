import type { BodiesInFlight } from '../delivery/bodies-in-flight.ts'
import type { Dispatch, Park } from '../delivery/delivery.ts'
import type { HandlerRegistry } from '../delivery/handlers.ts'
import type { Hooks } from '../delivery/hooks.ts'
import type { Logger } from '../delivery/logger.ts'
import type { IdempotencyStore } from '../idempotency/store.ts'
import type { TransactionalStore } from '../idempotency/transactional-store.ts'
import type { Profile } from '../signature/profiles/profile.ts'
import type { ResolveSecrets } from '../signature/secret-source.ts'
import type { SecretSource, SigningSecret } from '../signature/secrets.ts'
import type { SchemaMap } from '../verify/validate.ts'
import type { AllowAddress } from './allow-address.ts'
import type { Throttle } from './throttle.ts'

/** A receiver's options, checked and with every default filled in: what the pipeline works with. */
export interface ReceiverConfig {
  readonly profile: Profile
  readonly secrets: readonly SigningSecret[] | ResolveSecrets
  /** As it was configured: a diagnosis tries other readings of it. */
  readonly secretSource: SecretSource
  readonly diagnose: boolean
  readonly toleranceSeconds: number
  readonly maxBodyBytes: number
  readonly readTimeoutMs: number
  readonly bodiesInFlight: BodiesInFlight
  readonly allowAddress: AllowAddress | undefined
  readonly throttle: Throttle | undefined
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
  readonly dispatch: Dispatch | undefined
  readonly dispatchTimeoutMs: number
  readonly park: Park | undefined
  readonly deadlineMs: number
  readonly hooks: readonly Hooks[]
  readonly logger: Logger
  /** Unix milliseconds. */
  readonly now: () => number
  /** 0 to 1, for jitter. */
  readonly random: () => number
}
