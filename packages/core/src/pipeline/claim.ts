import { timedOut, within } from '../async/timer.ts'
import type { GenuineDelivery } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { StoreUnavailableError } from '../errors.ts'
import type { AnyEvent } from '../events/event-of.ts'
import { eventKey } from '../idempotency/event-key.ts'
import type { ClaimOutcome, IdempotencyStore } from '../idempotency/store.ts'
import type { ReceiverConfig } from './config.ts'
import { type Lease, storeLease, unguardedLease } from './lease.ts'
import { outageRetrySeconds } from './retry-after.ts'

/** Either the right to run the handlers, or the outcome for a request that does not get it. */
export type Claim =
  | { readonly kind: 'owned'; readonly lease: Lease }
  | { readonly kind: 'ended'; readonly outcome: Outcome }

// Node makes these in batches; 16 random bytes by themselves cost a hundred times more.
const newToken = (): string => crypto.randomUUID()

/** Asks twice with the same token: a claim whose reply was lost is ours all the same. */
const askStore = async (
  config: ReceiverConfig,
  ask: () => Promise<ClaimOutcome>,
): Promise<ClaimOutcome> => {
  let lastError: unknown
  for (let call = 0; call < 2; call++) {
    try {
      const reply = await within(config.storeTimeoutMs, ask())
      if (reply !== timedOut) return reply
    } catch (error) {
      lastError = error
    }
  }
  throw new StoreUnavailableError(
    lastError === undefined
      ? `It did not answer within ${config.storeTimeoutMs} ms.`
      : 'It failed.',
    { cause: lastError },
  )
}

const secondsFrom = (ms: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.ceil(ms / 1000)))

/** The outcome while the store is down: the sender is asked to come again. */
export const unavailable = (config: ReceiverConfig, event: AnyEvent, error: unknown): Outcome => ({
  outcome: 'retry_later',
  code: 'store_unavailable',
  retryAfterSeconds: outageRetrySeconds(config),
  event,
  error,
})

/** Step 6: takes the right to handle the event, or says who has it or had it. */
export const claim = async (
  config: ReceiverConfig,
  store: IdempotencyStore,
  { event, endpoint, scope }: Pick<GenuineDelivery, 'event' | 'endpoint' | 'scope'>,
  fingerprint: string,
): Promise<Claim> => {
  const { leaseMs, retentionMs, logger } = config
  const key = eventKey({ endpoint, scope, id: event.id })
  const owner = { key: typeof key === 'string' ? key : await key, token: newToken() }
  let taken: ClaimOutcome
  try {
    // Written out, not spread: it is made for each delivery.
    const request = { key: owner.key, token: owner.token, fingerprint, leaseMs, retentionMs }
    taken = await askStore(config, () => store.claim(request))
  } catch (error) {
    if (config.onStoreError === 'fail-open') {
      logger.error(
        { err: error, id: event.id, store: store.name },
        'the store is down: running without it (fail-open)',
      )
      return { kind: 'owned', lease: unguardedLease() }
    }
    return { kind: 'ended', outcome: unavailable(config, event, error) }
  }
  if (taken.kind === 'claimed') {
    return { kind: 'owned', lease: storeLease(config, store, owner, taken.run) }
  }
  if (taken.kind === 'released' || taken.fingerprint !== fingerprint) {
    return { kind: 'ended', outcome: { outcome: 'rejected', code: 'id_reused', event } }
  }
  return {
    kind: 'ended',
    outcome:
      taken.kind === 'done'
        ? { outcome: 'duplicate', event }
        : { outcome: 'in_flight', event, retryAfterSeconds: secondsFrom(taken.leaseLeftMs, 1, 60) },
  }
}
