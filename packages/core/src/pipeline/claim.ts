import { newToken } from '#crypto'
import { andThen } from '../async/and-then.ts'
import type { Deadline } from '../async/deadline.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { wholeSeconds } from '../delivery/retry-after.ts'
import { isWebhookError, type WebhookError } from '../errors.ts'
import type { AnyEvent } from '../events/event-of.ts'
import { eventKey } from '../idempotency/event-key.ts'
import { rootCause, textOf } from '../idempotency/root-cause.ts'
import { reasonIn, StoreUnavailableError } from '../idempotency/storage-errors.ts'
import type { ClaimOutcome, IdempotencyStore } from '../idempotency/store.ts'
import { Claiming, type NoAnswer } from './claiming.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded } from './deadline-exceeded.ts'
import { type Lease, unguardedLease } from './lease.ts'
import { outageRetrySeconds } from './retry-after.ts'
import { mayDiffer } from './reused-id.ts'
import { storeLease } from './store-lease.ts'

/** Either the right to run the handlers, or the outcome for a request that does not get it. */
export type Claim =
  | { readonly kind: 'owned'; readonly lease: Lease }
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly lease?: never }

/** What the store says of its failure, from the bottom of the chain unless it was told apart: each layer wraps the error once more. */
export const storeError = (error: unknown): WebhookError => {
  if (reasonIn(error) !== undefined && isWebhookError(error)) return error
  const cause = rootCause(error)
  return isWebhookError(cause)
    ? cause
    : new StoreUnavailableError(`It gave an error: ${textOf(cause)}.`, { cause })
}

/** The outcome while a store or a queue is down: the sender is asked to come again. */
export const outage = (
  config: ReceiverConfig,
  code: 'store_unavailable' | 'queue_unavailable',
  event: AnyEvent,
  error: unknown,
): Outcome => {
  const reason = reasonIn(error)
  const retryAfterSeconds = outageRetrySeconds(config)
  const outcome = { outcome: 'retry_later', code, retryAfterSeconds, event, error } as const
  return reason === undefined ? outcome : { ...outcome, reason }
}

/** The outcome while the store is down. */
export const unavailable = (config: ReceiverConfig, event: AnyEvent, error: unknown): Outcome =>
  outage(config, 'store_unavailable', event, storeError(error))

/** The longest Retry-After while another attempt has the claim, in seconds. */
const longestInFlight = 60

/** Whether the store knows the id with another fingerprint. */
const isOther = <Taken extends { readonly kind: string }>(
  taken: Taken,
  fingerprint: string,
): taken is Extract<Taken, { readonly fingerprint: string }> =>
  'fingerprint' in taken && taken.fingerprint !== fingerprint

/**
 * Step 6: takes the right to handle the event, or says who has it or had it. Without a promise where the store answers at
 * once.
 */
export const claim = (
  config: ReceiverConfig,
  store: IdempotencyStore,
  { event, endpoint, scope }: Pick<GenuineDelivery, 'event' | 'endpoint' | 'scope'>,
  fingerprint: string,
  deadline: Deadline,
  source: Source,
): Claim | Promise<Claim> =>
  andThen(eventKey({ endpoint, scope, id: event.id }), (key) => {
    const { leaseMs, retentionMs } = config
    const askedAt = performance.now()
    const request = { key, token: newToken(), fingerprint, leaseMs, retentionMs }
    const claiming = new Claiming(config, store, request, deadline)
    return andThen(claiming.ask(), (taken) => {
      if (isOther(taken, fingerprint) && mayDiffer(config, event)) {
        // Asked again under the fingerprint that the store has, so that all goes as for a retry with the same bytes.
        const known = claiming.as(taken.fingerprint)
        return andThen(known.ask(), (answer) => claimOf(known, event, answer, askedAt, source))
      }
      return claimOf(claiming, event, taken, askedAt, source)
    })
  })

/** What the store's answer means for the delivery. */
const claimOf = (
  claiming: Claiming,
  event: AnyEvent,
  taken: ClaimOutcome | NoAnswer,
  askedAt: number,
  { waitUntil }: Source,
): Claim => {
  const { config, store, request } = claiming
  if (taken.kind === 'claimed') {
    const lease = storeLease(config, store, claiming.owner, taken.run, askedAt)
    claiming.releaseLate(() => lease.isReleased, waitUntil)
    return { kind: 'owned', lease }
  }
  claiming.releaseLate(() => true, waitUntil)
  if (taken.kind === 'no_answer') return withoutStore(claiming, event, taken.error)
  if (taken.kind === 'released' || taken.fingerprint !== request.fingerprint) {
    return { kind: 'ended', outcome: { outcome: 'rejected', code: 'id_reused', event } }
  }
  if (taken.kind === 'done') return { kind: 'ended', outcome: { outcome: 'duplicate', event } }
  const retryAfterSeconds = Math.min(longestInFlight, wholeSeconds(taken.leaseLeftMs / 1000))
  return { kind: 'ended', outcome: { outcome: 'in_flight', event, retryAfterSeconds } }
}

/** What is done with an event that could not be claimed. */
const withoutStore = (
  { config, store, deadline }: Claiming,
  event: AnyEvent,
  error: unknown,
): Claim => {
  if (deadline.isOver()) {
    return { kind: 'ended', outcome: deadlineExceeded(config, deadline, 'claim', event) }
  }
  if (config.onStoreError === 'fail-closed') {
    return { kind: 'ended', outcome: unavailable(config, event, error) }
  }
  config.limited.write('error', 'fail-open', () => [
    { err: storeError(error), id: event.id, store: store.name },
    `the store is down, and the event runs without it (fail-open): ${storeError(error).message}`,
  ])
  return { kind: 'owned', lease: unguardedLease() }
}
