import { sha256Hex } from '#crypto'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { StoreUnavailableError } from '../errors.ts'
import type { ClaimOutcome, IdempotencyStore } from '../idempotency/store.ts'
import type { ReceiverConfig } from '../receiver/config.ts'
import { type Lease, storeLease, unguardedLease } from './lease.ts'
import type { AnyEvent, Outcome } from './outcome.ts'
import { timedOut, within } from './timer.ts'

/** Either the right to run the handlers, or the answer to somebody who does not have it. */
export type Claim =
  | { readonly kind: 'owned'; readonly lease: Lease }
  | { readonly kind: 'answered'; readonly outcome: Outcome }

/** What a key may be long; printable ASCII, no space. */
const longestKey = 200
const printable = /^[!-~]+$/

const hashedKey = async (endpoint: string, id: string): Promise<string> =>
  `${endpoint}:sha256:${await sha256Hex(encodeUtf8(id))}`

/** The store's key of an event: made of signed material only, short and printable whatever the id is. */
export const claimKey = (endpoint: string, id: string): string | Promise<string> => {
  const short = endpoint.length + 1 + id.length <= longestKey
  return short && printable.test(id) ? `${endpoint}:${id}` : hashedKey(endpoint, id)
}

// Node makes these in batches; 16 random bytes by themselves cost a hundred times more.
const newToken = (): string => crypto.randomUUID()

/** Asks twice with the same token: a claim whose reply was lost is ours all the same. */
const askStore = async (
  config: ReceiverConfig,
  ask: () => Promise<ClaimOutcome>,
): Promise<ClaimOutcome> => {
  let lastError: unknown
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const answer = await within(config.storeTimeoutMs, ask())
      if (answer !== timedOut) return answer
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

/** The sender is asked to come again. Jitter, so that the retries of an outage do not all come in the same second. */
export const unavailable = (config: ReceiverConfig, event: AnyEvent, error: unknown): Outcome => ({
  outcome: 'retry_later',
  code: 'store_unavailable',
  retryAfterSeconds: 5 + Math.floor(config.random() * 26),
  event,
  error,
})

/** Step 6: takes the right to handle the event, or says who has it or had it. */
export const claim = async (
  config: ReceiverConfig,
  store: IdempotencyStore,
  event: AnyEvent,
  fingerprint: string,
): Promise<Claim> => {
  const { leaseMs, retentionMs, logger } = config
  const key = claimKey(config.endpoint, event.id)
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
    return { kind: 'answered', outcome: unavailable(config, event, error) }
  }
  if (taken.kind === 'claimed') {
    return { kind: 'owned', lease: storeLease(config, store, owner, taken.attempt) }
  }
  if (taken.fingerprint !== fingerprint) {
    return { kind: 'answered', outcome: { outcome: 'rejected', code: 'id_reused', event } }
  }
  return {
    kind: 'answered',
    outcome:
      taken.kind === 'done'
        ? { outcome: 'duplicate', event }
        : { outcome: 'in_flight', event, retryAfterSeconds: secondsFrom(taken.leaseLeftMs, 1, 60) },
  }
}
