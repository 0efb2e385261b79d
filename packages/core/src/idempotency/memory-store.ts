import { assertOptions } from '../check-options.ts'
import { WebhookConfigurationError } from '../errors.ts'
import { assertDuration } from './duration.ts'
import { StoreUnavailableError } from './storage-errors.ts'
import type { ClaimOutcome, ClaimRequest, IdempotencyStore, OwnedClaim } from './store.ts'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many events are remembered at most, default 100 000. The oldest handled ones go first. */
  readonly maxKeys?: number
  /** A clock in milliseconds that never goes back, default `performance.now()`. */
  readonly now?: () => number
}

interface Claim {
  readonly key: string
  state: 'released' | 'in_flight' | 'done'
  token: string
  run: number
  fingerprint: string
  leaseUntil: number
  expiresAt: number
  result: string | null
  /** Its neighbours among the claims in flight. */
  previous: Claim | undefined
  next: Claim | undefined
}

/**
 * Remembers handled events in this process: for development, tests and single-process servers. A
 * restart forgets everything, and two processes do not see each other's claims.
 *
 * Memory is bounded by `maxKeys`; a claim that is in flight is never dropped. When all of them are in
 * flight, `claim` throws `StoreUnavailableError`, and the receiver answers 503.
 */
export const memoryStore = (options: MemoryStoreOptions = {}): IdempotencyStore => {
  assertOptions<MemoryStoreOptions>('memoryStore', options, { maxKeys: 1, now: 1 })
  const maxKeys = options.maxKeys ?? 100_000
  const now = options.now ?? (() => performance.now())
  if (!(Number.isInteger(maxKeys) && maxKeys > 0)) {
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`maxKeys\` is ${maxKeys}.`,
      'Pass a whole number of at least 1.',
    )
  }

  // Claims live in two generations: dropping the older one whole is cheap, where deleting the first key of one
  // large Map walks over every key deleted before it.
  let young = new Map<string, Claim>()
  let old = new Map<string, Claim>()
  // Those in flight are linked as well, so that a generation can be dropped without them.
  let firstInFlight: Claim | undefined
  let inFlight = 0

  const kept = (key: string): Claim | undefined => young.get(key) ?? old.get(key)

  const find = (key: string): Claim | undefined => {
    const claim = kept(key)
    return claim !== undefined && claim.expiresAt > now() ? claim : undefined
  }

  const takeOff = (claim: Claim): void => {
    claim.state = 'in_flight'
    claim.next = firstInFlight
    if (firstInFlight !== undefined) firstInFlight.previous = claim
    firstInFlight = claim
    inFlight++
  }

  const land = (claim: Claim, state: 'released' | 'done'): void => {
    if (claim.state === 'in_flight') {
      if (claim.previous === undefined) firstInFlight = claim.next
      else claim.previous.next = claim.next
      if (claim.next !== undefined) claim.next.previous = claim.previous
      claim.previous = undefined
      claim.next = undefined
      inFlight--
    }
    claim.state = state
  }

  const remove = (claim: Claim): void => {
    land(claim, 'released')
    young.delete(claim.key)
    old.delete(claim.key)
  }

  /** Forgets the older generation, but for what is in flight. */
  const dropOld = (): void => {
    const dropped = old
    old = young
    young = new Map()
    for (let claim = firstInFlight; claim !== undefined; claim = claim.next) {
      if (dropped.get(claim.key) === claim) young.set(claim.key, claim)
    }
  }

  const makeRoom = (): void => {
    if (inFlight >= maxKeys) {
      for (let claim = firstInFlight; claim !== undefined; ) {
        const { next } = claim
        if (claim.leaseUntil <= now()) remove(claim)
        claim = next
      }
      if (inFlight >= maxKeys)
        throw new StoreUnavailableError('The memory store is full of claims in flight.')
    }
    if (young.size >= inFlight + maxKeys / 2) dropOld()
    while (young.size + old.size >= maxKeys) dropOld()
  }

  /** What is leased is not forgotten, however short the retention. */
  const keepUntil = (claim: Claim, leaseUntil: number): void => {
    claim.leaseUntil = leaseUntil
    claim.expiresAt = Math.max(claim.expiresAt, leaseUntil)
  }

  const owned = ({ key, token }: OwnedClaim): Claim | undefined => {
    const claim = find(key)
    return claim?.token === token ? claim : undefined
  }

  const claim = (request: ClaimRequest): ClaimOutcome => {
    const { key, token, fingerprint, leaseMs, retentionMs } = request
    assertDuration('leaseMs', leaseMs)
    assertDuration('retentionMs', retentionMs)
    const at = now()
    const known = kept(key)
    const seen = known !== undefined && known.expiresAt > at ? known : undefined
    if (seen?.state === 'done') {
      return {
        kind: 'done',
        run: seen.run,
        fingerprint: seen.fingerprint,
        result: seen.result,
      }
    }
    const ours = seen?.state === 'in_flight' && seen.token === token
    if (seen !== undefined && !ours && seen.leaseUntil > at) {
      const leaseLeftMs = seen.leaseUntil - at
      return {
        kind: 'in_flight',
        run: seen.run,
        fingerprint: seen.fingerprint,
        leaseLeftMs,
      }
    }
    if (seen !== undefined && !ours && seen.fingerprint !== fingerprint) {
      return { kind: 'released', run: seen.run, fingerprint: seen.fingerprint }
    }
    const run = seen === undefined ? 1 : ours ? seen.run : seen.run + 1
    if (known !== undefined) remove(known)
    makeRoom()
    const taken: Claim = {
      key,
      state: 'in_flight',
      token,
      run,
      fingerprint,
      leaseUntil: at + leaseMs,
      expiresAt: at + Math.max(retentionMs, leaseMs),
      result: null,
      previous: undefined,
      next: undefined,
    }
    takeOff(taken)
    young.set(key, taken)
    return { kind: 'claimed', run }
  }

  return {
    name: 'memory',
    shared: false,
    claim,
    renew: (request) => {
      const { leaseMs } = request
      assertDuration('leaseMs', leaseMs)
      const held = owned(request)
      if (held?.state !== 'in_flight') return false
      keepUntil(held, now() + leaseMs)
      return true
    },
    complete: (request) => {
      const held = owned(request)
      if (held === undefined || held.state === 'released') return false
      land(held, 'done')
      held.result = request.result
      return true
    },
    release: (request) => {
      const held = owned(request)
      if (held?.state !== 'in_flight') return false
      land(held, 'released')
      keepUntil(held, now() + (request.delayMs ?? 0))
      return true
    },
    sweep: async (limit) => {
      let swept = 0
      for (const generation of [young, old]) {
        for (const claim of generation.values()) {
          if (swept >= limit) return swept
          if (claim.expiresAt > now()) continue
          remove(claim)
          swept++
        }
      }
      return swept
    },
    forget: async (key) => {
      const seen = find(key)
      if (seen === undefined || seen.state === 'in_flight') return false
      remove(seen)
      return true
    },
  }
}
