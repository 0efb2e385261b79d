import { newToken } from '#crypto'
import type { Deadline } from '../async/deadline.ts'
import { timedOut, within } from '../async/timer.ts'
import type { GenuineDelivery, Source } from '../delivery/delivery.ts'
import { keepAlive } from '../delivery/keep-alive.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { wholeSeconds } from '../delivery/retry-after.ts'
import { isWebhookError, type WebhookError } from '../errors.ts'
import type { AnyEvent } from '../events/event-of.ts'
import { eventKey } from '../idempotency/event-key.ts'
import { rootCause, textOf } from '../idempotency/root-cause.ts'
import { reasonIn, StoreUnavailableError } from '../idempotency/storage-errors.ts'
import type {
  ClaimOutcome,
  ClaimRequest,
  IdempotencyStore,
  OwnedClaim,
} from '../idempotency/store.ts'
import { callStore } from './call-store.ts'
import type { ReceiverConfig } from './config.ts'
import { deadlineExceeded } from './deadline-exceeded.ts'
import { type Lease, storeLease, unguardedLease } from './lease.ts'
import { outageRetrySeconds } from './retry-after.ts'
import { mayDiffer } from './reused-id.ts'

/** Either the right to run the handlers, or the outcome for a request that does not get it. */
export type Claim =
  | { readonly kind: 'owned'; readonly lease: Lease }
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly lease?: never }

/** The error of a store that did not answer in time. */
export const noAnswer = (ms: number): StoreUnavailableError =>
  new StoreUnavailableError(`It did not answer within ${ms} ms.`, { reason: 'no_answer' })

/** No answer to a claim, and why. */
interface NoAnswer {
  readonly kind: 'no_answer'
  readonly error: unknown
}

/**
 * Asks twice with the same token: a claim whose reply was lost is ours all the same.
 *
 * @param pending - takes the calls that were not answered in time
 */
const askStore = async (
  config: ReceiverConfig,
  store: IdempotencyStore,
  request: ClaimRequest,
  deadline: Deadline,
  pending: Promise<ClaimOutcome>[],
): Promise<ClaimOutcome | NoAnswer> => {
  const { storeTimeoutMs } = config
  const ask = () => store.claim(request)
  let error: unknown
  for (let call = 0; call < 2 && (call === 0 || !deadline.isOver()); call++) {
    try {
      const asked = callStore(config, store, 'claim', ask)
      const reply = await within(storeTimeoutMs, asked, deadline)
      if (reply !== timedOut) return reply
      pending.push(asked)
    } catch (thrown) {
      error = thrown
    }
  }
  return { kind: 'no_answer', error: error ?? noAnswer(storeTimeoutMs) }
}

/**
 * Gives back a claim that lands late: one that nobody waits for any more would hold the sender's retries off until
 * its lease ends.
 */
const releaseLate = (
  store: IdempotencyStore,
  owner: OwnedClaim,
  pending: readonly Promise<ClaimOutcome>[],
  isUnwanted: () => boolean,
  waitUntil: Source['waitUntil'],
): void => {
  for (const asked of pending) {
    const released = asked
      .then((taken) => taken.kind === 'claimed' && isUnwanted() && store.release(owner))
      // It is down, or the claim was never made: there is nothing more to do.
      .catch(() => {})
    keepAlive(waitUntil, released)
  }
}

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

/** Step 6: takes the right to handle the event, or says who has it or had it. */
export const claim = async (
  config: ReceiverConfig,
  store: IdempotencyStore,
  { event, endpoint, scope }: Pick<GenuineDelivery, 'event' | 'endpoint' | 'scope'>,
  fingerprint: string,
  deadline: Deadline,
  source: Source,
): Promise<Claim> => {
  const { leaseMs, retentionMs } = config
  const key = eventKey({ endpoint, scope, id: event.id })
  const owner = { key: typeof key === 'string' ? key : await key, token: newToken() }
  // Written out, not spread: it is made for each delivery.
  const request = { key: owner.key, token: owner.token, fingerprint, leaseMs, retentionMs }
  const askedAt = performance.now()
  const pending: Promise<ClaimOutcome>[] = []
  let taken = await askStore(config, store, request, deadline, pending)
  let counted = fingerprint
  if (isOther(taken, fingerprint) && mayDiffer(config, event)) {
    // Asked again under the fingerprint that the store has, so that all goes as for a retry with the same bytes.
    const known = { ...request, fingerprint: taken.fingerprint }
    counted = known.fingerprint
    taken = await askStore(config, store, known, deadline, pending)
  }
  if (taken.kind === 'claimed') {
    const lease = storeLease(config, store, owner, taken.run, askedAt)
    if (pending.length > 0) {
      releaseLate(store, owner, pending, () => lease.isReleased, source.waitUntil)
    }
    return { kind: 'owned', lease }
  }
  releaseLate(store, owner, pending, () => true, source.waitUntil)
  if (taken.kind === 'no_answer') return withoutStore(config, store, event, taken.error, deadline)
  if (taken.kind === 'released' || taken.fingerprint !== counted) {
    return { kind: 'ended', outcome: { outcome: 'rejected', code: 'id_reused', event } }
  }
  if (taken.kind === 'done') return { kind: 'ended', outcome: { outcome: 'duplicate', event } }
  const retryAfterSeconds = Math.min(longestInFlight, wholeSeconds(taken.leaseLeftMs / 1000))
  return { kind: 'ended', outcome: { outcome: 'in_flight', event, retryAfterSeconds } }
}

/** What is done with an event that could not be claimed. */
const withoutStore = (
  config: ReceiverConfig,
  store: IdempotencyStore,
  event: AnyEvent,
  error: unknown,
  deadline: Deadline,
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
